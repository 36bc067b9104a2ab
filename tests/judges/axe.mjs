// Runs axe-core (WCAG 2.2 A to AAA and best practices) over pages in Chromium, light, dark and
// narrow. Arguments: the browser, then URLs. Prints one line of JSON a page and look.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const looks = [
  { name: "light", scheme: "light", width: 1100 },
  { name: "dark", scheme: "dark", width: 1100 },
  { name: "narrow", scheme: "light", width: 320 },
];

const [executablePath, ...urls] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
for (const url of urls) {
  for (const look of looks) {
    const page = await browser.newPage();
    // Our own pages forbid every script, so the judge must come in past their policy.
    await page.setBypassCSP(true);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: look.scheme }]);
    await page.setViewport({ width: look.width, height: 900 });
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(url, { waitUntil: "load" });
    if (process.env.SHOTS) {
      const name = new URL(url).pathname.replaceAll("/", "_") || "_home";
      await page.screenshot({ path: `${process.env.SHOTS}/${name}-${look.name}.png`, fullPage: true });
    }
    await page.evaluate(axe);
    const found = await page.evaluate(
      (runOnly) => globalThis.axe.run(document, { runOnly: { type: "tag", values: runOnly } }),
      tags,
    );
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    console.log(JSON.stringify({
      url,
      look: look.name,
      passes: found.passes.length,
      violations: found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`),
      scrolls_sideways: wide,
      asked,
    }));
    await page.close();
  }
}
await browser.close();
