// What pages would be on paper, by the styles that Chromium computes for print. Arguments: the
// browser, then URLs. Prints one line of JSON a page.
import puppeteer from "puppeteer-core";

const [executablePath, ...urls] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
for (const url of urls) {
  const page = await browser.newPage();
  await page.emulateMediaType("print");
  await page.goto(url, { waitUntil: "load" });
  const found = await page.evaluate(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    return {
      // What follows the words of a link to a study, beside where it leads.
      studies: all(".study a").map((one) => [one.href, getComputedStyle(one, "::after").content]),
      // How a page may break after what stands above a caution's own words, and within a caution.
      after: all(".caution > h2, .caution > p:has(+ ul)").map(
        (one) => getComputedStyle(one).breakAfter,
      ),
      inside: all(".caution").map((one) => getComputedStyle(one).breakInside),
      shown: all(".skip, nav, .related").filter((one) => one.checkVisibility()).length,
    };
  });
  console.log(JSON.stringify({ url, ...found }));
  await page.close();
}
await browser.close();
