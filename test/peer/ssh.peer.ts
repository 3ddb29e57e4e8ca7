/** SSH against the OpenSSH that Debian ships: keys, agent, host keys, faults, jump hosts. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync, chmodSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { type BreakingLine, breakingLine } from '../support/breaking-line.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';
import { rigFolder, startRig, type Rig } from '../support/rig.ts';
import { startSshRig, type SshRig } from '../support/ssh-rig.ts';

const EVIDENCE = join(rigFolder(), 'samples', 'evidence');
const GOOD = { evidence: join(EVIDENCE, firstEvidence()) };
const HOSTS = [
  { name: 'cmd', address: '127.61.0.1', ...GOOD },
  { name: 'ps', address: '127.61.0.2', default_shell: 'powershell', ...GOOD },
  { name: 'ja', address: '127.61.0.3', locale: 'ja-JP', ...GOOD },
  { name: 'refuse', address: '127.61.0.4', faults: [{ at: 'ssh_connect', kind: 'refuse' }] },
  { name: 'reset', address: '127.61.0.5', faults: [{ at: 'ssh_connect', kind: 'reset' }] },
  { name: 'close', address: '127.61.0.6', faults: [{ at: 'ssh_connect', kind: 'close' }] },
  { name: 'hang', address: '127.61.0.7', faults: [{ at: 'ssh_connect', kind: 'hang' }] },
  { name: 'garbage', address: '127.61.0.8', faults: [{ at: 'ssh_connect', kind: 'garbage' }] },
  { name: 'deny', address: '127.61.0.9', faults: [{ at: 'ssh_auth', kind: 'deny' }] },
  { name: 'changed', address: '127.61.0.10', faults: [{ at: 'ssh_host_key', kind: 'changed' }] },
];

function firstEvidence(): string {
  const [name = ''] = execFileSync('ls', [join(rigFolder(), 'samples', 'evidence')], {
    encoding: 'utf8',
  }).split('\n');
  return name;
}

let rig: SshRig;
beforeAll(async () => {
  rig = await startSshRig({ port: 2261, jumpPort: 2271, hosts: HOSTS });
});
afterAll(() => rig[Symbol.asyncDispose]());

interface Wish {
  readonly hosts: readonly string[];
  readonly credential?: string;
  readonly ssh?: string;
  readonly env?: Record<string, string>;
  readonly more?: string;
}

const addressOf = (name: string): string =>
  HOSTS.find((host) => host.name === name)?.address ?? name;

async function scan({ hosts, credential, ssh, env = {}, more = '' }: Wish) {
  const folder = temporaryFolder();
  const file = join(folder, 'fleet.yaml');
  const key = `{ user: ${userInfo().username}, key: file:${rig.folder}/id_ed25519 }`;
  writeFileSync(
    file,
    `credentials: { k: ${credential ?? key} }
defaults:
  transport: ssh
  credential: k
  ssh: ${ssh ?? `{ port: ${rig.port}, known_hosts: ${rig.folder}/known_hosts, config: none }`}
  timeouts: { connect: 4s }
${more}
hosts: [${hosts.map((name) => `{ name: ${name}, address: ${addressOf(name)} }`).join(', ')}]
`,
  );
  const ended = await program(['scan', '-i', file, '--json', '--no-store', '-v'], { env });
  if (ended.stdout === '') throw new Error(ended.stderr);
  const document = JSON.parse(ended.stdout) as ScanDocument;
  const told = Object.fromEntries(
    document.hosts.map((host) => {
      const contact = host['contact'] as { stage: string; code: string } | undefined;
      return [host['name'], contact ? `${contact.stage} ${contact.code}` : String(host['outcome'])];
    }),
  );
  return { ...ended, document, told };
}

test('the collector comes back whole through cmd and PowerShell as default shells, whatever the code page', async () => {
  const { told, code } = await scan({ hosts: ['cmd', 'ps', 'ja'] });
  expect(told).toEqual({ cmd: 'judged', ps: 'judged', ja: 'judged' });
  expect(code).toBe(0);
});

test('each fault ends at its stage, and a host that hangs keeps nobody waiting but itself', async () => {
  const { told, document } = await scan({
    hosts: ['refuse', 'reset', 'close', 'hang', 'garbage', 'deny', 'changed', 'cmd'],
  });
  expect(told).toMatchObject({
    refuse: 'tcp ECONNREFUSED',
    hang: 'timeout LIMIT',
    garbage: expect.stringMatching(/^tls E/) as string,
    deny: 'auth PERMISSION_DENIED',
    changed: 'tls HOST_KEY_CHANGED',
    cmd: 'judged',
    reset: expect.stringMatching(/^(tcp|tls) ECONNRESET$/) as string,
    close: expect.stringMatching(/^tls E/) as string,
  });
  const causes = Object.fromEntries(document.hosts.map((host) => [host['name'], host['cause']]));
  expect(causes).toMatchObject({
    deny: 'contact-auth',
    changed: 'contact-tls',
    hang: 'contact-timeout',
  });
});

test('an answer that is lost with its connection is asked for again', async () => {
  const folder = temporaryFolder();
  await using line = await breakingLine({ host: addressOf('cmd'), port: rig.port }, 5000);
  const known = readFileSync(`${rig.folder}/known_hosts`, 'utf8').replaceAll(
    `[${addressOf('cmd')}]:${rig.port}`,
    `[127.0.0.1]:${line.port}`,
  );
  writeFileSync(join(folder, 'known'), known);
  const ssh = `{ port: ${line.port}, known_hosts: ${folder}/known, config: none }`;
  const { told, stderr } = await scan({ hosts: ['127.0.0.1'], ssh });
  expect(told).toEqual({ '127.0.0.1': 'judged' });
  expect(stderr).toMatch(/ECONNRESET/);
  expect(line.connections()).toBe(2);
});

describe('keys', () => {
  test('with a passphrase', async () => {
    const key = join(temporaryFolder(), 'id');
    copyFileSync(`${rig.folder}/id_ed25519`, key);
    chmodSync(key, 0o600);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', key]);
    const credential = `{ user: ${userInfo().username}, key: file:${key}, passphrase: env:PW_KEY }`;
    const { told, stdout, stderr } = await scan({
      hosts: ['cmd'],
      credential,
      env: { PW_KEY: 'open sesame' },
    });
    expect(told).toEqual({ cmd: 'judged' });
    expect(stdout + stderr).not.toContain('open sesame');
  });

  test('of the agent', async () => {
    const socket = join(temporaryFolder(), 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      await expect
        .poll(() => {
          execFileSync('ssh-add', ['-q', `${rig.folder}/id_ed25519`], { env, stdio: 'ignore' });
          return true;
        })
        .toBe(true);
      const credential = `{ user: ${userInfo().username}, key: agent }`;
      const { told } = await scan({ hosts: ['cmd'], credential, env: { SSH_AUTH_SOCK: socket } });
      expect(told).toEqual({ cmd: 'judged' });
    } finally {
      agent.kill();
    }
  });
});

describe('host keys', () => {
  test('hashed by ssh-keygen are found', async () => {
    const known = join(temporaryFolder(), 'known_hosts');
    copyFileSync(`${rig.folder}/known_hosts`, known);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', known], { stdio: 'ignore' });
    expect(readFileSync(known, 'utf8')).toContain('|1|');
    const { told } = await scan({
      hosts: ['cmd'],
      ssh: `{ port: ${rig.port}, known_hosts: ${known}, config: none }`,
    });
    expect(told).toEqual({ cmd: 'judged' });
  });

  test('that nobody knows are refused, with the line to add; once added, they are taken', async () => {
    const known = join(temporaryFolder(), 'known_hosts');
    writeFileSync(known, '');
    const ssh = `{ port: ${rig.port}, known_hosts: ${known}, config: none }`;
    const { told, document } = await scan({ hosts: ['cmd'], ssh });
    expect(told).toEqual({ cmd: 'tls HOST_KEY_UNKNOWN' });
    const contact = document.hosts[0]?.['contact'] as { message: string };
    writeFileSync(known, `${contact.message.split('known_hosts: ')[1]}\n`);
    expect((await scan({ hosts: ['cmd'], ssh })).told).toEqual({ cmd: 'judged' });
  });
});

test('two groups that jump through one name with credentials of their own do not share its log-on', async () => {
  const folder = temporaryFolder();
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'bad')]);
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `Host ps cmd
  ProxyJump near
Host near
  HostName ${rig.jump.host}
  Port ${rig.jump.port}
Host *
  Port ${rig.port}
  User ${userInfo().username}
  UserKnownHostsFile ${folder}/known
`,
  );
  const jumpKeys = readFileSync(join(rig.folder, '..', 'jump', 'known_hosts'), 'utf8');
  writeFileSync(`${folder}/known`, readFileSync(`${rig.folder}/known_hosts`, 'utf8') + jumpKeys);
  const file = join(folder, 'fleet.yaml');
  writeFileSync(
    file,
    `credentials:
  good: ${bothKeys()}
  bad: { user: ${userInfo().username}, key: file:${folder}/bad }
defaults: { transport: ssh, ssh: { config: ${config} }, timeouts: { connect: 4s } }
hosts:
  - { name: ps, address: ${addressOf('ps')}, credential: bad, via: one }
  - { name: cmd, address: ${addressOf('cmd')}, credential: good, via: two }
jumps:
  one: { host: near, credential: bad, ssh: { config: ${config} } }
  two: { host: near, credential: good, ssh: { config: ${config} } }
`,
  );
  const { stdout } = await program(['scan', '-i', file, '--json', '--no-store']);
  const { hosts } = JSON.parse(stdout) as ScanDocument;
  expect(Object.fromEntries(hosts.map((host) => [host['name'], host['outcome']]))).toEqual({
    ps: 'contact',
    cmd: 'judged',
  });
});

test('the configuration of ssh is used: HostName, Port, User, IdentityFile, ProxyJump', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `Host far
  HostName ${addressOf('cmd')}
  Port ${rig.port}
  ProxyJump near
Host near
  HostName ${rig.jump.host}
  Port ${rig.jump.port}
Host *
  User ${userInfo().username}
  UserKnownHostsFile ${folder}/known
`,
  );
  const jumpKeys = readFileSync(join(rig.folder, '..', 'jump', 'known_hosts'), 'utf8');
  writeFileSync(`${folder}/known`, readFileSync(`${rig.folder}/known_hosts`, 'utf8') + jumpKeys);
  // One key for both: the rig makes one for each of its parts.
  const { told } = await scan({
    hosts: ['far'],
    ssh: `{ config: ${config} }`,
    credential: bothKeys(),
  });
  expect(told).toEqual({ far: 'judged' });
});

/** The fleet's key let in at the jump host too. */
function bothKeys(): string {
  const jump = join(rig.folder, '..', 'jump', 'authorized_keys');
  const own = readFileSync(`${rig.folder}/id_ed25519.pub`, 'utf8');
  if (!readFileSync(jump, 'utf8').includes(own.split(' ')[1] ?? ''))
    writeFileSync(jump, own, { flag: 'a' });
  return `{ user: ${userInfo().username}, key: file:${rig.folder}/id_ed25519 }`;
}

describe('a host that is no Windows', () => {
  test('is no error: what was found is told, and the run ends with 0', async () => {
    const folder = temporaryFolder();
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host')]);
    copyFileSync(`${rig.folder}/id_ed25519.pub`, join(folder, 'authorized'));
    const port = 2281;
    const options = {
      Port: String(port),
      ListenAddress: '127.0.0.61',
      HostKey: join(folder, 'host'),
      AuthorizedKeysFile: join(folder, 'authorized'),
      StrictModes: 'no',
      UsePAM: 'no',
      PidFile: 'none',
    };
    const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const sshd = spawn('/usr/sbin/sshd', ['-D', '-f', '/dev/null', ...words], { stdio: 'ignore' });
    try {
      const public_ = readFileSync(join(folder, 'host.pub'), 'utf8');
      writeFileSync(join(folder, 'known'), `[127.0.0.61]:${port} ${public_}`);
      await expect
        .poll(
          async () => {
            const ssh = `{ port: ${port}, known_hosts: ${folder}/known, config: none }`;
            const { told, code, document } = await scan({ hosts: ['127.0.0.61'], ssh });
            const host = document.hosts[0] as { cause?: string; contact?: { message: string } };
            return `${told['127.0.0.61']} ${host.cause} ${code} ${host.contact?.message}`;
          },
          { timeout: 20_000 },
        )
        .toMatch(/^collector UNSUPPORTED_OS unsupported-os 0 Linux \S+ \(.*Debian.*\): no Windows/);
    } finally {
      sshd.kill();
    }
  });
});

describe('behind a jump host', () => {
  let winrmRig: Rig;
  beforeAll(async () => {
    winrmRig = await startRig({
      hosts: 40,
      make: ['--latency', '150'],
      block: 62,
      controlPort: 6061,
    });
  });
  afterAll(() => winrmRig[Symbol.asyncDispose]());

  function fleet(via: string, jumps: string): string {
    const folder = temporaryFolder();
    const file = join(folder, 'fleet.yaml');
    const hosts = /hosts:\n([\s\S]*)$/.exec(readFileSync(winrmRig.inventory, 'utf8'))?.[1] ?? '';
    const known = join(folder, 'known');
    writeFileSync(known, readFileSync(join(rig.folder, '..', 'jump', 'known_hosts')));
    writeFileSync(
      file,
      `credentials:
  rig: { user: 'PATCH\\Administrator', password: env:RIG_PASSWORD }
  k: { user: ${userInfo().username}, key: file:${rig.folder}/id_ed25519 }
jumps:
${jumps.replaceAll('KNOWN', known)}
defaults: { credential: rig, winrm: { tls: never }, via: ${via}, timeouts: { connect: 5s } }
groups:
  rig:
    hosts:
${hosts}`,
    );
    bothKeys();
    return file;
  }
  const ssh = '{ known_hosts: KNOWN, config: none }';
  const near = (): string =>
    `  near: { host: ${rig.jump.host}, port: ${rig.jump.port}, credential: k, ssh: ${ssh} }`;
  const run = (file: string, options: Parameters<typeof program>[1] = {}, ...words: string[]) =>
    program(['scan', '-i', file, '--json', '--no-store', ...words], {
      ...options,
      env: { RIG_PASSWORD: 'Sealed-1' },
    });

  test('WinRM hosts are reached through one connection, sealed as ever', async () => {
    const { code, stdout } = await run(fleet('near', near()));
    const { summary } = JSON.parse(stdout) as ScanDocument;
    expect(code).toBe(0);
    expect(summary).toMatchObject({ hosts: 40, judged: 40 });
  });

  test('and behind two of them', async () => {
    const chain = `${near()}
  far: { host: ${rig.jump.host}, port: ${rig.jump.port}, credential: k, via: near, ssh: ${ssh} }`;
    const { code } = await run(fleet('far', chain), {}, '-l', 'ws-000*');
    expect(code).toBe(0);
  });

  test('whose key is unknown, all hosts are one cause, and it was asked once', async () => {
    const unknown = near().replace('KNOWN', '/dev/null');
    const { stdout, code } = await run(fleet('near', unknown));
    const { causes, hosts } = JSON.parse(stdout) as ScanDocument;
    expect(code).toBe(5);
    expect(causes).toMatchObject([{ id: 'contact-relay-down', hostCount: 40 }]);
    expect(hosts[0]?.['contact']).toMatchObject({
      stage: 'relay',
      code: 'HOST_KEY_UNKNOWN',
      relay: 'near',
      message: expect.stringContaining('jump host near') as string,
    });
  });

  /** The fleet behind a line that can be broken, run until so many lines of progress have come. */
  async function behind(line: BreakingLine, onProgress: (lines: number) => void) {
    const place = `host: ${rig.jump.host}, port: ${rig.jump.port}`;
    const jump = near().replace(
      place,
      `host: 127.0.0.1, port: ${line.port}, timeouts: { connect: 2s }`,
    );
    const file = fleet('near', jump);
    const known = join(dirname(file), 'known');
    const [from, to] = [`[${rig.jump.host}]:${rig.jump.port}`, `[127.0.0.1]:${line.port}`];
    writeFileSync(known, readFileSync(known, 'utf8').replaceAll(from, to));
    let lines = 0;
    const onError = (text: string): void => {
      lines += text.split('\n').length - 1;
      onProgress(lines);
    };
    const { stdout, code } = await run(file, { onError }, '--forks', '4', '-v');
    return { code, document: JSON.parse(stdout) as ScanDocument };
  }

  test.each([
    ['breaks off', [10], 0],
    ['is refused for a moment, as while sshd restarts', [10], 600],
    ['breaks off twice', [8, 20], 0],
  ])('whose line %s loses nobody: it is connected anew', async (_, places, refusedMs) => {
    await using line = await breakingLine(rig.jump);
    const left = [...places];
    const { code, document } = await behind(line, (lines) => {
      if (left[0] === undefined || lines < left[0]) return;
      left.shift();
      line.breakNow(refusedMs);
    });
    expect(left).toEqual([]);
    expect(document.hosts.flatMap((host) => host['contact'] ?? [])).toEqual([]);
    expect({ code, connections: line.connections() }).toEqual({
      code: 0,
      connections: places.length + 1,
    });
  });

  test('whose line goes silent is what is told: no host behind it is called off or asleep', async () => {
    await using line = await breakingLine(rig.jump);
    const { document } = await behind(line, (lines) => {
      if (lines >= 10) line.freeze();
    });
    const contacts = document.hosts.flatMap(
      (host) => (host['contact'] as { stage: string } | undefined) ?? [],
    );
    expect(contacts.length).toBeGreaterThan(0);
    expect(new Set(contacts.map(({ stage }) => stage))).toEqual(new Set(['relay']));
  });

  // Last: it ends the jump host.
  test('that dies half-way: what came in stays, the rest is one cause', async () => {
    let isKilled = false;
    const { stdout } = await run(
      fleet('near', near()),
      {
        onError: (text) => {
          if (isKilled || text.split('\n').length < 10) return;
          isKilled = true;
          rig.killJump();
        },
      },
      '--forks',
      '4',
      '-v',
    );
    const { causes, summary, hosts } = JSON.parse(stdout) as ScanDocument;
    expect(isKilled).toBe(true);
    expect(summary.judged).toBeGreaterThan(0);
    expect(summary.judged + summary.contact).toBe(40);
    const contacts = hosts.flatMap(
      (host) => (host['contact'] as { stage: string } | undefined) ?? [],
    );
    expect(new Set(contacts.map(({ stage }) => stage))).toEqual(new Set(['relay']));
    expect(causes.find(({ id }) => id === 'contact-relay-down')?.hostCount).toBe(summary.contact);
  });
});
