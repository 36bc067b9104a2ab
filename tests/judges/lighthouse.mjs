// Runs Lighthouse's checks of accessibility, best practices and search over pages in Chromium.
// Arguments: the browser, then URLs. Prints one line of JSON a page.
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

// None of these checks looks at speed, so nothing is gained by waiting for the page to fall quiet.
const settings = {
  onlyCategories: ["accessibility", "best-practices", "seo"],
  logLevel: "silent",
  pauseAfterFcpMs: 0,
  pauseAfterLoadMs: 0,
  networkQuietThresholdMs: 0,
  cpuQuietThresholdMs: 0,
};

const [executablePath, ...urls] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
for (const url of urls) {
  const page = await browser.newPage();
  const { lhr } = await lighthouse(url, settings, undefined, page);
  const audits = Object.values(lhr.audits);
  console.log(JSON.stringify({
    url,
    scores: Object.fromEntries(Object.values(lhr.categories).map((one) => [one.id, one.score])),
    passed: audits.filter((one) => one.score === 1).length,
    failed: audits.filter((one) => one.score !== null && one.score < 1).map((one) => one.id),
    warnings: lhr.runWarnings,
  }));
  await page.close();
}
await browser.close();
