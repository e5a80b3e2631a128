// tus-js-client, an independent client of tus 1.0, against the platform behind a signing relay.
// Rules: the plan comes as JSON on stdin; every check that fails ends with status 1 and its name.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const plan = JSON.parse(readFileSync(0, 'utf8'))
const tus = createRequire(plan.modules + '/')('tus-js-client')
const endpoint = plan.relay + '/v1/uploads'
const token = { Authorization: 'Relay signs' }
const CHUNK = 64 * 1024

function check(name, holds, seen) {
  if (!holds) throw new Error(`${name}: ${JSON.stringify(seen)}`)
  console.log(`ok ${name}`)
}

// Upload one blob; `before` may change a request, `requests` tells what was sent.
function upload(blob, options = {}) {
  const requests = []
  return new Promise((resolve, reject) => {
    const job = new tus.Upload(readFileSync(blob.file), {
      endpoint,
      chunkSize: CHUNK,
      retryDelays: [0, 300, 1000],
      storeFingerprintForResuming: false,
      metadata: { sha256: blob.sha256, submission: blob.submission },
      headers: token,
      onBeforeRequest(request) {
        requests.push([request.getMethod(), request.getHeader('Upload-Offset')])
        if (options.before) options.before(request, requests, job)
      },
      onSuccess: () => resolve({ url: job.url, requests }),
      onError: reject,
      ...options.tus,
    })
    job.start()
  })
}

function raw(method, url, headers = {}, body = undefined) {
  return fetch(url, { method, headers: { 'Tus-Resumable': '1.0.0', ...token, ...headers }, body })
}

function chunk(offset) {
  return { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }
}

function create(blob) {
  const pairs = { sha256: blob.sha256, submission: blob.submission }
  const coded = Object.entries(pairs).map(([name, text]) => `${name} ${btoa(text)}`)
  const size = { 'Upload-Length': String(blob.size), 'Upload-Metadata': coded.join(',') }
  return raw('POST', endpoint, size)
}

const scenes = {
  async abilities() {
    const said = await raw('OPTIONS', endpoint)
    check('options answers 204', said.status === 204, said.status)
    const known = said.headers.get('Tus-Extension').split(',')
    check('it can create, expire, terminate',
      ['creation', 'expiration', 'termination'].every((one) => known.includes(one)), known)
  },

  async whole(blob) {
    const { requests } = await upload(blob)
    const patches = requests.filter(([method]) => method === 'PATCH')
    check('creation, then chunk by chunk',
      requests[0][0] === 'POST' && patches.length === Math.ceil(blob.size / CHUNK), requests)
  },

  async cut(blob) {
    let cut = false
    const { requests } = await upload(blob, {
      before(request) {
        if (!cut && request.getHeader('Upload-Offset') === String(CHUNK)) {
          cut = true
          request.setHeader('X-Relay-Cut', '1000')
        }
      },
    })
    const after = requests.slice(requests.findIndex(([method]) => method === 'HEAD'))
    check('after a cut the client asks', after.length > 1, requests)
    const from = Number(after[1][1])
    check('and goes on where the bytes ended', from >= CHUNK && from <= CHUNK + 1000, requests)
  },

  async offsets(blob) {
    const made = await create(blob)
    check('created', made.status === 201, made.status)
    check('it says when it expires', Date.parse(made.headers.get('Upload-Expires')) > Date.now(),
      made.headers.get('Upload-Expires'))
    const url = new URL(made.headers.get('Location'), endpoint).href
    const wrong = await raw('PATCH', url, chunk(7), new Uint8Array(10))
    check('a wrong offset is 409', wrong.status === 409, wrong.status)
    const version = await raw('HEAD', url, { 'Tus-Resumable': '0.2.2' })
    check('another version is 412', version.status === 412, version.status)
    const kind = await raw('PATCH', url, { ...chunk(0), 'Content-Type': 'text/plain' }, 'x')
    check('another type is 415', kind.status === 415, kind.status)
    const { requests } = await upload(blob, { tus: { uploadUrl: url } })
    check('resumed by address: asked first', requests[0][0] === 'HEAD', requests)
    const head = await raw('HEAD', url)
    check('whole', head.headers.get('Upload-Offset') === String(blob.size), head.status)
  },

  async termination(blob) {
    const made = await create(blob)
    const url = new URL(made.headers.get('Location'), endpoint).href
    await tus.Upload.terminate(url, { headers: token, retryDelays: [] })
    const head = await raw('HEAD', url)
    check('a terminated upload is gone', [404, 410].includes(head.status), head.status)
    await upload(blob)
    check('and can be begun again', true)
  },

  async expiration(blob) {
    const made = await create(blob)
    const url = new URL(made.headers.get('Location'), endpoint).href
    await new Promise((wake) => setTimeout(wake, plan.expires * 1000 + 1500))
    const head = await raw('HEAD', url)
    check('an idle upload expires', head.status === 410, head.status)
    const done = await upload(blob, { tus: { uploadUrl: url } })
    check('the client begins a new one', done.url !== url, done)
  },
}

try {
  for (const [scene, blob] of plan.scenes) await scenes[scene](blob)
} catch (error) {
  console.error(`failed ${error.message}`)
  process.exit(1)
}
