// npm mjml followed by nodemailer's message build, twice (both messages), again and again in one
// process. Standard input: JSON {mjml, text, rounds}. Prints the median milliseconds of a round.
import { readFileSync } from 'node:fs'
import mjml2html from 'mjml'
import MailComposer from 'nodemailer/lib/mail-composer/index.js'

const { mjml, text, rounds } = JSON.parse(readFileSync(0, 'utf8'))
const options = { fonts: {}, validationLevel: 'skip' }
const build = (message) => new Promise((done, failed) => {
  new MailComposer(message).compile().build((error, bytes) => (error ? failed(error) : done(bytes)))
})

async function round() {
  const { html } = await mjml2html(mjml, options)
  for (const to of ['list@example.org', 'reader@example.org']) {
    await build({
      from: '"Plain Research Notes" <notes@example.org>',
      to,
      subject: 'Plain Research Notes: studies',
      textEncoding: 'quoted-printable',
      text,
      html,
      list: { unsubscribe: { url: 'https://notes.example.org/unsubscribe/', comment: '' } },
    })
  }
}

for (let i = 0; i < 5; i += 1) await round()
const times = []
for (let i = 0; i < rounds; i += 1) {
  const began = process.hrtime.bigint()
  await round()
  times.push(Number(process.hrtime.bigint() - began) / 1e6)
}
times.sort((a, b) => a - b)
console.log(times[Math.floor(times.length / 2)])
