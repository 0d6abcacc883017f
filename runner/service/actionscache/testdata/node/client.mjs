// Does with the Actions cache what the steps on the command line say, a JSON
// array, and writes what came of each to $RESULTS. $CLIENT is the package.
import {createHash, webcrypto} from 'node:crypto'
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'

// The node of Debian 12 does not have it yet.
globalThis.crypto ??= webcrypto

const imported = await import(process.env.CLIENT)
const cache = imported.saveCache ? imported : imported.default

async function run(step) {
  if (step.save) return {id: await cache.saveCache([step.path], step.save)}
  if (step.download) return {sha256: sha256(await download(step.download))}
  rmSync(step.path, {recursive: true, force: true})
  const key = await cache.restoreCache([step.path], step.restore, step.restoreKeys)
  return {key: key ?? '', sha256: existsSync(step.path) ? sha256(readFileSync(step.path)) : ''}
}

// The toolkit takes Azure's own library, which fetches ranges in parallel,
// only where the archive's host is one of Azure's.
async function download(url) {
  const {BlockBlobClient} = await import('@azure/storage-blob')
  const client = new BlockBlobClient(url)
  const {contentLength} = await client.getProperties()
  return client.downloadToBuffer(0, contentLength, {blockSize: 4 << 20, concurrency: 8})
}

const sha256 = data => createHash('sha256').update(data).digest('hex')

const results = []
for (const step of JSON.parse(process.argv[2])) {
  results.push(await run(step).catch(error => ({error: `${error.name}: ${error.message}`})))
}
writeFileSync(process.env.RESULTS, JSON.stringify(results))
process.exit(0)
