/**
 * One inventory with everything in it: NTLM, HTTPS, Kerberos, SSH, what is behind a jump host, this machine, a bundle;
 * one host in twenty misbehaves. Each host ends as it must, with the jump host alive and with it killed half-way.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { bundleOf } from '../support/bundle.ts';
import { temporaryFolder } from '../support/folder.ts';
import { freePort } from '../support/free-port.ts';
import { program } from '../support/program.ts';
import { rigFolder, startRig, type Expected, type Rig } from '../support/rig.ts';
import { startSshRig, type SshRig } from '../support/ssh-rig.ts';
import { wrongOutcomes } from '../support/wrong-outcomes.ts';
import { HTTP_PORT, HTTPS_PORT, serveFleet, type Fleet } from './winrm/serve-fleet.ts';

const FAULTS = fileURLToPath(new URL('../support/five-percent.yaml', import.meta.url));
const SAMPLE = join(rigFolder(), 'samples', 'evidence', 'healthy.json');
const GOOD: Expected = { fault: null, expect: 'evidence' };
const signed = { https: true, http: false, tls: { certificate: 'ca_signed' } };

interface Special {
  readonly address: string;
  readonly serve: object;
  /** Settings in the inventory. */
  readonly settings: string;
  readonly expected: Expected;
}

/** Hosts of which there is one of a kind. */
const SPECIALS: Readonly<Record<string, Special>> = {
  'tls-1': {
    address: '127.52.0.1',
    serve: signed,
    settings: `winrm: { tls: always, port: ${HTTPS_PORT}, ca: CA }`,
    expected: GOOD,
  },
  'tls-basic': {
    address: '127.52.0.2',
    serve: { ...signed, auth: ['Basic'] },
    settings: `credential: local, winrm: { auth: basic, tls: always, port: ${HTTPS_PORT}, ca: CA }`,
    expected: GOOD,
  },
  'tls-self': {
    address: '127.52.0.3',
    serve: { ...signed, tls: { certificate: 'self_signed' } },
    settings: `winrm: { tls: always, port: ${HTTPS_PORT}, ca: CA }`,
    expected: {
      fault: 'self-signed',
      expect: { stage: 'tls', code: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'] },
      cause: 'contact-tls',
    },
  },
  'krb-1': {
    address: '127.52.0.4',
    serve: { ntlm: false },
    settings: `credential: ticket, winrm: { auth: kerberos, spn_host: krb-1.patch.test, tls: never, port: ${HTTP_PORT} }`,
    expected: GOOD,
  },
  'krb-2': {
    address: '127.52.0.5',
    serve: signed,
    settings: `credential: ticket, winrm: { auth: kerberos, spn_host: krb-2.patch.test, tls: always, port: ${HTTPS_PORT}, ca: CA }`,
    expected: GOOD,
  },
};
const SSH_HOSTS = [
  ...Array.from({ length: 4 }, (_, at) => ({
    name: `ssh-${at + 1}`,
    address: `127.61.0.${at + 21}`,
    evidence: SAMPLE,
    ...(at % 2 === 1 && { default_shell: 'powershell' }),
  })),
  { name: 'ssh-deny', address: '127.61.0.29', faults: [{ at: 'ssh_auth', kind: 'deny' }] },
];
const DENIED: Expected = {
  fault: 'deny',
  expect: { stage: 'auth', code: 'PERMISSION_DENIED' },
  cause: 'contact-auth',
};

let open: Rig;
let behind: Rig;
let special: Fleet;
let ssh: SshRig;
let krb: string;
let inventory: string;
let expected: Record<string, Expected>;
const kdcEnv: Record<string, string> = {};

function kdc(action: 'start' | 'stop', port = ''): void {
  const names = Object.entries(SPECIALS)
    .filter(([name]) => name.startsWith('krb'))
    .map(([name, { address }]) => `${name}=${address}`);
  const words = action === 'start' ? names : [];
  execFileSync('bash', [join(rigFolder(), 'kdc.sh'), action, join(krb, 'kdc'), ...words], {
    env: { ...process.env, KDC_PORT: port, LIMIT: '200' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The part of a rig's inventory that lists hosts, as a group of ours. */
function hostsOf(rig: Rig, prefix: string): string {
  const listed = /hosts:\n([\s\S]*)$/.exec(readFileSync(rig.inventory, 'utf8'))?.[1] ?? '';
  return listed.replaceAll('name: ws-', `name: ${prefix}`);
}

function expectedOf(rig: Rig, prefix: string): [string, Expected][] {
  return Object.entries(rig.expected()).map(([name, each]) => [name.replace('ws-', prefix), each]);
}

beforeAll(async () => {
  krb = mkdtempSync(join(tmpdir(), 'patchwhy-mixed-'));
  kdc('start', String(await freePort()));
  const text = readFileSync(join(krb, 'kdc', 'env'), 'utf8');
  for (const [, name = '', value = ''] of text.matchAll(/^export (\w+)=(.*)$/gm))
    kdcEnv[name] = value;
  Object.assign(process.env, kdcEnv);
  kdcEnv['KRB5CCNAME'] = `FILE:${join(krb, 'ccache')}`;
  execFileSync('kinit', ['-c', kdcEnv['KRB5CCNAME'], 'Administrator'], {
    input: 'Sealed-1\n',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const make = ['--faults', FAULTS, '--latency', '40'];
  open = await startRig({ hosts: 100, make, block: 67, controlPort: 6067 });
  behind = await startRig({
    hosts: 40,
    make: ['--latency', '150'],
    block: 68,
    controlPort: 6068,
  });
  special = await serveFleet(
    Object.entries(SPECIALS).map(([name, { address, serve }]) => ({
      name,
      address,
      evidence: SAMPLE,
      ...serve,
    })),
  );
  ssh = await startSshRig({ port: 2261, jumpPort: 2291, hosts: SSH_HOSTS });
  const folder = krb;
  const known = join(folder, 'known');
  const jump = join(ssh.folder, '..', 'jump');
  writeFileSync(
    known,
    readFileSync(join(ssh.folder, 'known_hosts'), 'utf8') +
      readFileSync(join(jump, 'known_hosts'), 'utf8'),
  );
  writeFileSync(
    join(jump, 'authorized_keys'),
    readFileSync(`${ssh.folder}/id_ed25519.pub`, 'utf8'),
    { flag: 'a' },
  );
  inventory = join(folder, 'fleet.yaml');
  const sshSettings = `{ port: ${ssh.port}, known_hosts: ${known}, config: none }`;
  writeFileSync(
    inventory,
    String.raw`
credentials:
  rig: { user: 'PATCH\Administrator', password: env:RIG_PASSWORD }
  local: { user: '.\localadmin', password: env:LOCAL_PASSWORD }
  ticket: { kerberos: cache }
  key: { user: ${userInfo().username}, key: file:${ssh.folder}/id_ed25519 }
jumps:
  jb: { host: ${ssh.jump.host}, port: ${ssh.jump.port}, credential: key, channels: 4, ssh: { known_hosts: ${known}, config: none } }
defaults: { credential: rig, winrm: { tls: never }, timeouts: { connect: 5s } }
hosts:
  - { name: here, transport: local }
  - { name: carried, transport: bundle }
  - { name: other, transport: bundle }
groups:
  open:
    hosts:
${hostsOf(open, 'open-')}
  behind:
    via: jb
    hosts:
${hostsOf(behind, 'behind-')}
  special:
    hosts:
${Object.entries(SPECIALS)
  .map(
    ([name, { address, settings }]) =>
      `      - { name: ${name}, address: ${address}, ${settings.replace('CA', special.ca)} }`,
  )
  .join('\n')}
  ssh:
    transport: ssh
    credential: key
    ssh: ${sshSettings}
    hosts:
${SSH_HOSTS.map(({ name, address }) => `      - { name: ${name}, address: ${address} }`).join('\n')}
`,
  );
  expected = {
    ...Object.fromEntries([...expectedOf(open, 'open-'), ...expectedOf(behind, 'behind-')]),
    ...Object.fromEntries(Object.entries(SPECIALS).map(([name, each]) => [name, each.expected])),
    ...Object.fromEntries(SSH_HOSTS.map(({ name }) => [name, name === 'ssh-deny' ? DENIED : GOOD])),
    here: {
      fault: 'Linux',
      expect: { stage: 'collector', code: 'UNSUPPORTED_OS' },
      cause: 'unsupported-os',
    },
    carried: GOOD,
  };
});

afterAll(async () => {
  for (const each of [open, behind, special, ssh]) await each[Symbol.asyncDispose]();
  kdc('stop');
  rmSync(krb, { recursive: true, force: true });
});

const variables = (state: string): Record<string, string> => ({
  ...kdcEnv,
  RIG_PASSWORD: 'Sealed-1',
  LOCAL_PASSWORD: 'Local-1',
  PATCHWHY_STATE: state,
});

/** A state folder to which the bundle of a host has been brought. */
async function withBundle(): Promise<string> {
  const state = temporaryFolder();
  const file = join(temporaryFolder(), 'carried.patchwhy');
  const document = JSON.parse(readFileSync(SAMPLE, 'utf8')) as object;
  writeFileSync(file, bundleOf({ ...document, host: 'CARRIED' }));
  await program(['evidence', 'import', file], { env: variables(state) });
  return state;
}

test('each host of every kind ends as it must', async () => {
  const words = ['scan', '-i', inventory, '--json', '--timeout', '12s'];
  const { code, stdout } = await program(words, { env: variables(await withBundle()) });
  const document = JSON.parse(stdout) as ScanDocument;
  expect(wrongOutcomes(document, expected)).toEqual([]);
  expect(document.summary.hosts).toBe(Object.keys(expected).length + 1);
  expect(document.hosts.find(({ name }) => name === 'other')).toMatchObject({
    outcome: 'skipped',
    reason: expect.stringContaining('nothing was imported from it yet') as string,
  });
  expect(code).toBe(4);
});

// Last: it ends the jump host.
test('and so it does with the jump host killed half-way, but for those behind it that were not in', async () => {
  const state = await withBundle();
  const doneBehind = new Set<string>();
  let isKilled = false;
  let rest = '';
  const { stdout } = await program(['scan', '-i', inventory, '--jsonl', '--timeout', '12s'], {
    env: variables(state),
    onOutput: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = JSON.parse(line) as RunEvent;
        if (event.type === 'host.done' && event.host.startsWith('behind-'))
          doneBehind.add(event.host);
      }
      if (isKilled || doneBehind.size < 10) return;
      isKilled = true;
      ssh.killJump();
    },
  });
  expect(stdout).toContain('"type":"run.finished"');
  const runs = join(state, 'runs');
  const id = readdirSync(runs).toSorted().at(-1) ?? '';
  const document = JSON.parse(readFileSync(join(runs, id, 'scan.json'), 'utf8')) as ScanDocument;
  const isLost = ({ name, outcome }: Record<string, unknown>): boolean =>
    String(name).startsWith('behind-') && outcome === 'contact';
  const lost = document.hosts.filter(isLost);
  expect(lost.length).toBeGreaterThan(0);
  const relay: Expected = {
    fault: 'jump host killed',
    expect: { stage: 'relay', code: ['ECONNRESET', 'ECONNREFUSED'] },
    cause: 'contact-relay-down',
  };
  const wanted = Object.fromEntries(lost.map(({ name }) => [String(name), relay]));
  expect(wrongOutcomes(document, { ...expected, ...wanted })).toEqual([]);
  expect(document.causes.find(({ id: cause }) => cause === 'contact-relay-down')).toMatchObject({
    hostCount: lost.length,
  });
  expect(40 - lost.length).toBeGreaterThanOrEqual(10);
});
