// A personal data server and its identity directory in one process, on loopback, for as long as standard input stays open.
// Arguments: the port of the directory, the port of the server, a directory for data. Prints "ready" once both answer.
'use strict'

const { randomBytes } = require('node:crypto')
const { Database, PlcServer } = require('@did-plc/server')
const { PDS, envToCfg, envToSecrets } = require('@atproto/pds')

const [plcPort, pdsPort, dataDirectory] = process.argv.slice(2)

const onLoopback = (server) => {
  const listen = server.app.listen.bind(server.app)
  server.app.listen = (port) => listen(port, '127.0.0.1')
  return server
}

const settings = {
  port: Number(pdsPort),
  hostname: 'localhost',
  dataDirectory,
  blobstoreDiskLocation: `${dataDirectory}/blobs`,
  blobstoreDiskTmpLocation: `${dataDirectory}/blobs-temporary`,
  didPlcUrl: `http://127.0.0.1:${plcPort}`,
  serviceHandleDomains: ['.test'],
  inviteRequired: false,
  rateLimitsEnabled: false,
  devMode: true,
  disableSsrfProtection: true,
  crawlers: [],
  jwtSecret: randomBytes(16).toString('hex'),
  dpopSecret: randomBytes(32).toString('hex'),
  adminPassword: randomBytes(16).toString('hex'),
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
}

const main = async () => {
  await onLoopback(PlcServer.create({ db: Database.mock(), port: Number(plcPort) })).start()
  const pds = onLoopback(await PDS.create(envToCfg(settings), envToSecrets(settings)))
  await pds.start()
  process.stdin.resume().on('end', () => process.exit(0))
  process.stdout.write('ready\n')
}

main()
