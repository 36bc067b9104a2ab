// Reads feed files with two feed parsers from npm. Arguments: files. Prints JSON: by file, by
// parser, the entries in order.
import { readFileSync } from "node:fs";
import { parseFeed } from "@rowanmanning/feed-parser";
import RssParser from "rss-parser";

const found = {};
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  const one = parseFeed(text);
  const other = await new RssParser().parseString(text);
  found[file] = {
    "feed-parser": one.items.map((item) => ({
      id: item.id,
      title: item.title,
      link: item.url,
      published: item.published?.toISOString(),
      author: item.authors.map((author) => author.name).join(", "),
    })),
    "rss-parser": other.items.map((item) => ({
      id: item.guid ?? item.id,
      title: item.title,
      link: item.link,
      published: new Date(item.isoDate ?? item.pubDate).toISOString(),
      author: item.creator ?? item.author,
    })),
  };
}
console.log(JSON.stringify(found));
