// Writes vectors.json: what the library finds, and hashes, for each line of
// cases.json in the tree of tree.json. README.md says how it is run.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import {create, hashFiles} from '@actions/glob'

const here = process.argv[2]
const read = name => JSON.parse(fs.readFileSync(path.join(here, name), 'utf8'))
const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'vectors-')))
const dir = path.join(home, 'work')
fs.writeFileSync(path.join(home, 'outside.txt'), 'outside\n')
for (const [name, content] of Object.entries(read('tree.json'))) {
  const at = path.join(dir, name)
  fs.mkdirSync(path.dirname(at), {recursive: true})
  if (typeof content === 'object') fs.symlinkSync(content.link, at)
  else fs.writeFileSync(at, content)
}
process.chdir(dir)
process.env.HOME = home
process.stdout.write = () => true // the library's debug lines

const vectors = []
for (const patterns of read('cases.json')) {
  for (const links of ['keep', 'follow']) {
    const followSymbolicLinks = links === 'follow'
    const vector = {patterns, links}
    const text = patterns.replaceAll('{dir}', dir)
    try {
      const found = await (await create(text, {followSymbolicLinks})).glob()
      vector.found = found
        .filter(f => f === dir || f.startsWith(dir + '/'))
        .map(f => path.relative(dir, f) || '.')
    } catch {
      vector.findFails = true
    }
    try {
      vector.hash = await hashFiles(text, dir, {followSymbolicLinks})
    } catch {
      vector.hashFails = true
    }
    vectors.push(vector)
  }
}
fs.rmSync(home, {recursive: true})
fs.writeFileSync(path.join(here, 'vectors.json'), '[\n' + vectors.map(v => JSON.stringify(v)).join(',\n') + '\n]\n')
