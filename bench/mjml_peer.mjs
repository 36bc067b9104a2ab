// Renders MJML again and again in one process. Standard input: JSON {mjml, rounds}. Prints the median
// milliseconds of a round.
import { readFileSync } from 'node:fs'
import mjml2html from 'mjml'

const { mjml, rounds } = JSON.parse(readFileSync(0, 'utf8'))
const options = { fonts: {}, validationLevel: 'skip' }
for (let i = 0; i < 5; i += 1) await mjml2html(mjml, options)
const times = []
for (let i = 0; i < rounds; i += 1) {
  const began = process.hrtime.bigint()
  await mjml2html(mjml, options)
  times.push(Number(process.hrtime.bigint() - began) / 1e6)
}
times.sort((a, b) => a - b)
console.log(times[Math.floor(times.length / 2)])
