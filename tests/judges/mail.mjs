// Asks npm mjml (strict) and doiuse-email about mails. Standard input: a JSON list of
// {name, html, mjml}, the first of them a bare document as the baseline. Prints a line of JSON each.
import { readFileSync } from "node:fs";
import { doIUseEmail } from "@jsx-email/doiuse-email";
import mjml2html from "mjml";

const clients = [
  "apple-mail.*", "gmail.*", "outlook.*", "yahoo.*", "aol.*", "samsung-email.*",
  "thunderbird.*", "protonmail.*", "hey.*", "fastmail.*",
];

async function strict(mjml) {
  try {
    await mjml2html(mjml, { validationLevel: "strict", fonts: {} });
    return [];
  } catch (error) {
    return (error.errors ?? [error]).map((one) => one.formattedMessage ?? String(one));
  }
}

for (const mail of JSON.parse(readFileSync(0, "utf8"))) {
  const said = doIUseEmail(mail.html, { emailClients: clients });
  console.log(JSON.stringify({
    name: mail.name,
    clients: [...new Set([...(said.errors ?? []), ...(said.warnings ?? [])])],
    mjml: await strict(mail.mjml),
  }));
}
