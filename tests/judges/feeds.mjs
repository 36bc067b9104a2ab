// Reads feed files with four feed parsers from npm. Arguments: files. Prints JSON: by file, by
// parser, the entries in order.
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { parseFeed } from "@rowanmanning/feed-parser";
import NodeFeedParser from "feedparser";
import * as feedsmith from "feedsmith";
import RssParser from "rss-parser";

const iso = (date) => date && new Date(date).toISOString();

const parsers = {
  "feed-parser": (text) =>
    parseFeed(text).items.map((item) => ({
      id: item.id,
      title: item.title,
      link: item.url,
      published: iso(item.published),
      author: item.authors.map((author) => author.name).join(", "),
    })),
  "rss-parser": async (text) =>
    (await new RssParser().parseString(text)).items.map((item) => ({
      id: item.guid ?? item.id,
      title: item.title,
      link: item.link,
      published: iso(item.isoDate ?? item.pubDate),
      author: item.creator ?? item.author,
    })),
  feedparser: async (text) => {
    const items = [];
    for await (const item of Readable.from([text]).pipe(new NodeFeedParser())) items.push(item);
    return items.map((item) => ({
      id: item.guid,
      title: item.title,
      link: item.link,
      published: iso(item.pubdate),
      author: item.author,
    }));
  },
  feedsmith: (text) => {
    const { format, feed } = feedsmith.parseFeed(text);
    if (format === "rss")
      return feed.items.map((item) => ({
        id: item.guid.value,
        title: item.title,
        link: item.link,
        published: iso(item.pubDate),
        author: item.dc.creators.join(", "),
      }));
    return feed.entries.map((entry) => ({
      id: entry.id,
      title: entry.title.value ?? entry.title,
      link: entry.links.find((link) => link.rel === "alternate").href,
      published: iso(entry.published),
      author: entry.authors.map((author) => author.name).join(", "),
    }));
  },
};

const found = {};
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  found[file] = {};
  for (const [name, read] of Object.entries(parsers)) found[file][name] = await read(text);
}
console.log(JSON.stringify(found));
