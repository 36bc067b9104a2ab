// Renders the MJML on standard input again and again in one process; prints milliseconds a render.
import { readFileSync } from 'node:fs'
import mjml2html from 'mjml'

const rounds = Number(process.argv[2])
const source = readFileSync(0, 'utf8')
const options = { fonts: {}, validationLevel: 'skip' }
for (let i = 0; i < 5; i += 1) await mjml2html(source, options)
const times = []
for (let i = 0; i < rounds; i += 1) {
  const began = process.hrtime.bigint()
  await mjml2html(source, options)
  times.push(Number(process.hrtime.bigint() - began) / 1e6)
}
times.sort((a, b) => a - b)
console.log(times[Math.floor(times.length / 2)])
