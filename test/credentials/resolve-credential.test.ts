import type { Logon } from '../../src/core/secret.ts';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import { hostId } from '../../src/core/host.ts';
import type { CredentialSpec } from '../../src/credentials/credential-spec.ts';
import type { Keychain } from '../../src/credentials/keychain.ts';
import { unusable } from '../../src/credentials/read-secret-file.ts';
import type { SecretIo } from '../../src/credentials/read-secret.ts';
import {
  CredentialResolver,
  resolveCredentials,
} from '../../src/credentials/resolve-credential.ts';
import { secretRef } from '../../src/credentials/secret-ref.ts';
import { secretVariables, takeSecrets } from '../../src/credentials/secret-variables.ts';
import { runHelper } from '../../src/credentials/run-helper.ts';

const SECRET = 'Hunter2-é-日';
const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

const VAULT = resolve('test/fixtures/vault/whole.vault');

/** A keychain with one entry; another one it does not give away. */
const keychain: Keychain = {
  read: async (name) => {
    if (name === 'acme') return { kind: 'text', text: SECRET };
    return name === 'locked'
      ? unusable('cannot be used: the keychain is locked or refuses', 'unlock it')
      : unusable('is not in the keychain', `store it: patchwhy auth add ${name}`);
  },
  store: () => Promise.reject(new Error('not now')),
  remove: () => Promise.reject(new Error('not now')),
};

const io: SecretIo = {
  env: { ...process.env, PW: SECRET, EMPTY: '', LINES: `${SECRET}\nmore` },
  keychain,
};

function spec(ref: string, name = 'domain'): CredentialSpec {
  const password = secretRef(ref, folder);
  if (password === undefined) throw new Error(`${ref} is no reference`);
  return { kind: 'password', name, user: String.raw`ACME\svc`, password };
}

function helper(command: string): CredentialSpec {
  const ref = secretRef(`exec:${command}`, folder);
  if (ref?.kind !== 'exec') throw new Error(`${command} is no command`);
  return { kind: 'helper', name: 'edge', helper: ref };
}

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
  return `file:${name}`;
}

/** A command that runs a line of JavaScript: the same on every system. */
function node(script: string): string {
  return `"${process.execPath}" -e '${script}'`;
}

function resolveCredential(spec: CredentialSpec, from: SecretIo): Promise<Logon> {
  return new CredentialResolver([spec], from).resolve(spec);
}

function passwordOf(logon: Logon): string {
  if (logon.kind !== 'password') throw new Error(`a ${logon.kind} log-on has no password`);
  return logon.password.reveal();
}

async function secretOf(ref: string): Promise<string> {
  return passwordOf(await resolveCredential(spec(ref), io));
}

describe('a secret is found by its reference', () => {
  test('in the environment', async () => {
    expect(await secretOf('env:PW')).toBe(SECRET);
  });

  test.each([
    ['as it is', SECRET],
    ['without its last line end', `${SECRET}\n`],
    ['without a Windows line end', `${SECRET}\r\n`],
    ['without a byte order mark', `\uFEFF${SECRET}\n`],
  ])('in a file, %s', async (_how, content) => {
    expect(await secretOf(file('pw', content))).toBe(SECRET);
  });

  test('blanks around it belong to it', async () => {
    expect(await secretOf(file('blanks', '  two words \n'))).toBe('  two words ');
  });

  test.each([0o600, 0o400, 0o700])('in a file of mode %o', async (mode) => {
    expect(await secretOf(file(`mode-${mode}`, SECRET, mode))).toBe(SECRET);
  });

  test('on the first line that a command prints', async () => {
    expect(await secretOf(`exec:${node(`console.log("${SECRET}\\nnotes: x")`)}`)).toBe(SECRET);
  });

  test('with the user, from a helper that prints both', async () => {
    const logon = await resolveCredential(
      helper(node(`console.log("ACME\\\\edge\\n${SECRET}")`)),
      io,
    );
    expect(logon.user).toBe(String.raw`ACME\edge`);
    expect(passwordOf(logon)).toBe(SECRET);
  });

  test('a command runs beside the inventory, without a shell', async () => {
    file('say', `#!/bin/sh\nprintf '%s' "$1"`, 0o700);
    expect(await secretOf(`exec:./say '$HOME; $(id) *'`)).toBe('$HOME; $(id) *');
  });

  test('by asking a person', async () => {
    const asked: string[] = [];
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return SECRET;
    };
    expect(passwordOf(await resolveCredential(spec('prompt'), { ...io, ask }))).toBe(SECRET);
    expect(asked).toEqual([String.raw`Password of ACME\svc (credential domain): `]);
  });

  test('in the keychain', async () => {
    expect(await secretOf('keychain:acme')).toBe(SECRET);
  });

  test('in a vault, whose password is asked for once', async () => {
    const asked: string[] = [];
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return question.includes('lab') ? 'lab pass' : 'open sesame';
    };
    const all = ['whole', 'text', 'whole-lab', 'values'].map((name) => {
      const key = { whole: '#acme.svc', text: '', 'whole-lab': '#acme.svc' }[name];
      return spec(`vault:${resolve(`test/fixtures/vault/${name}.vault`)}${key ?? '#svc_password'}`);
    });
    const resolver = new CredentialResolver(all, { ...io, ask });
    for (const one of all) expect(passwordOf(await resolver.resolve(one))).toBe(SECRET);
    expect(asked).toEqual(['Vault password: ', 'Vault password (vault id lab): ']);
  });

  test.each([
    ['file', 'vault-password', ' open sesame\n', 0o600],
    ['program', 'vault-program', "#!/bin/sh\necho 'open sesame'\n", 0o700],
  ])('in a vault, whose password Ansible finds in a %s', async (_what, name, content, mode) => {
    file(name, content, mode);
    const env = { ...io.env, ANSIBLE_VAULT_PASSWORD_FILE: join(folder, name) };
    const logon = await resolveCredential(spec(`vault:${VAULT}#acme.svc`), { ...io, env });
    expect(passwordOf(logon)).toBe(SECRET);
  });

  test('and a vault password that others can read is not used', async () => {
    file('vault-open', 'open sesame', 0o644);
    const env = { ...io.env, ANSIBLE_VAULT_PASSWORD_FILE: join(folder, 'vault-open') };
    await expect(
      resolveCredential(spec(`vault:${VAULT}#acme.svc`), { ...io, env }),
    ).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining(
        'needs the vault password: ANSIBLE_VAULT_PASSWORD_FILE can be read by others (mode 0644)',
      ),
    });
  });

  test('and is not printed with what it is part of', async () => {
    const logon = await resolveCredential(spec('env:PW'), io);
    expect(
      `${inspect(logon)} ${JSON.stringify(logon)} ${String(Object.values(logon))}`,
    ).not.toContain(SECRET);
  });
});

describe('a secret that cannot be had ends the command with 6, naming credential, reference and next step', () => {
  const long = 'x'.repeat(100_000);
  test.each<[what: string, ref: () => string, code: string, message: string, hint: RegExp]>([
    [
      'unset variable',
      () => 'env:NOT_SET',
      'env',
      'the environment variable NOT_SET is not set',
      /NOT_SET/,
    ],
    [
      'empty variable',
      () => 'env:EMPTY',
      'env',
      'the environment variable EMPTY is empty',
      /EMPTY/,
    ],
    [
      'variable with lines',
      () => 'env:LINES',
      'bad-secret',
      'env:LINES holds a line break or a NUL',
      /alone/,
    ],
    [
      'no such file',
      () => 'file:none',
      'file',
      `file:${folder}/none cannot be read (ENOENT)`,
      /check that/,
    ],
    [
      'file others can read',
      () => file('open', SECRET, 0o644),
      'file',
      `file:${folder}/open can be read by others (mode 0644)`,
      /chmod 600/,
    ],
    [
      'file the group can read',
      () => file('group', SECRET, 0o640),
      'file',
      `file:${folder}/group can be read by others (mode 0640)`,
      /chmod 600/,
    ],
    [
      'empty file',
      () => file('empty', '\n'),
      'bad-secret',
      `file:${folder}/empty gives an empty password`,
      /holds the password/,
    ],
    [
      'UTF-16 file',
      () => file('utf16', Buffer.from(SECRET, 'utf16le')),
      'bad-secret',
      `file:${folder}/utf16 holds a line break or a NUL`,
      /UTF-8/,
    ],
    [
      'file of many lines',
      () => file('lines', `${SECRET}\n${SECRET}\n`),
      'bad-secret',
      `file:${folder}/lines holds a line break or a NUL`,
      /alone/,
    ],
    [
      'huge file',
      () => file('huge', long),
      'file',
      `file:${folder}/huge is too large for a secret`,
      /alone|nothing else/,
    ],
    ['no such command', () => 'exec:./none x', 'exec', 'exec:./none was not found', /by hand/],
    [
      'command that fails',
      () => `exec:${node(`console.log("${SECRET}"); console.error("${SECRET}"); process.exit(3)`)}`,
      'exec',
      `exec:${process.execPath} ended with exit code 3`,
      /by hand/,
    ],
    [
      'command that dies',
      () => `exec:${node(`process.kill(process.pid, "SIGTERM")`)}`,
      'exec',
      `exec:${process.execPath} was ended by SIGTERM`,
      /by hand/,
    ],
    [
      'command that prints nothing',
      () => `exec:${node('')}`,
      'bad-secret',
      `exec:${process.execPath} gives an empty password`,
      /holds the password/,
    ],
    [
      'command that prints too much',
      () => `exec:${node('console.log("x".repeat(1e6))')}`,
      'exec',
      `exec:${process.execPath} printed too much for a secret`,
      /by hand/,
    ],
    [
      'nobody to ask',
      () => 'prompt',
      'no-input',
      'its password is asked for, and nobody can be asked here',
      /env:/,
    ],
    [
      'entry that the keychain does not have',
      () => 'keychain:gone',
      'keychain',
      'keychain:gone is not in the keychain',
      /patchwhy auth add gone/,
    ],
    [
      'keychain that is locked',
      () => 'keychain:locked',
      'keychain',
      'keychain:locked cannot be used: the keychain is locked or refuses',
      /unlock/,
    ],
    [
      'vault without a password',
      () => `vault:${VAULT}#number`,
      'vault',
      `vault:${VAULT}#number needs the vault password, and nobody can be asked here`,
      /ANSIBLE_VAULT_PASSWORD_FILE/,
    ],
    [
      'vault that is not there',
      () => 'vault:none#x',
      'vault',
      `vault:${folder}/none#x cannot be read (ENOENT)`,
      /check that/,
    ],
  ])('%s', async (_what, ref, code, message, hint) => {
    const error = await resolveCredential(spec(ref()), io).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: `credentials.${code}`,
      exitCode: 6,
      message: `credential "domain": ${message}`,
      hint: expect.stringMatching(hint),
    });
    expect(inspect(error)).not.toContain(SECRET);
  });

  test('a folder, and a pipe that would hold everything up', async () => {
    mkdirSync(join(folder, 'folder'));
    execFileSync('sh', ['-c', 'mkfifo -m 600 "$0"', join(folder, 'pipe')]);
    for (const ref of ['file:folder', 'file:pipe']) {
      await expect(secretOf(ref)).rejects.toMatchObject({
        exitCode: 6,
        message: expect.stringContaining('is not a file'),
      });
    }
  });

  test('a link to a file that others can read', async () => {
    file('target', SECRET, 0o644);
    symlinkSync('target', join(folder, 'link'));
    await expect(secretOf('file:link')).rejects.toMatchObject({
      message: expect.stringContaining('can be read by others'),
    });
  });

  test.skipIf(process.getuid?.() !== 0)('a file of another user', async () => {
    file('foreign', SECRET);
    chownSync(join(folder, 'foreign'), 65534, 65534);
    await expect(secretOf('file:foreign')).rejects.toMatchObject({
      message: expect.stringContaining('belongs to another user'),
    });
  });

  test('a helper without user or secret', async () => {
    await expect(resolveCredential(helper(node('')), io)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('printed no user'),
    });
    await expect(resolveCredential(helper(node('console.log("me")')), io)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('gives an empty password'),
      hint: expect.stringContaining('second'),
    });
  });

  test('a command that does not end, also when it left a child behind', async () => {
    const result = await runHelper({
      command: ['/bin/sh', '-c', 'sleep 3 & sleep 3'],
      folder,
      env: process.env,
      limitMs: 100,
    });
    expect(result).toMatchObject({ kind: 'unusable', reason: 'did not end within 0.1 s' });
  });

  test('a command that is stopped with the run', async () => {
    const signal = AbortSignal.abort();
    const result = await runHelper({
      command: ['/bin/sh', '-c', 'sleep 3'],
      folder,
      env: process.env,
      signal,
    });
    expect(result).toMatchObject({ kind: 'unusable', reason: 'was stopped' });
  });
});

describe('no child gets a secret by its environment', () => {
  /** What a command finds in its environment, from a credential that runs one. */
  async function seenBy(
    env: NodeJS.ProcessEnv,
    others: readonly CredentialSpec[],
  ): Promise<string> {
    const report = join(folder, 'seen');
    const dump = helper(
      node(
        `require("fs").writeFileSync(${JSON.stringify(report)}, JSON.stringify(process.env)); console.log("u"); console.log("p")`,
      ),
    );
    await new CredentialResolver([...others, dump], { ...io, env }).resolve(dump);
    return readFileSync(report, 'utf8');
  }

  test('not those that another credential names, nor those of our own', async () => {
    const env = {
      ...process.env,
      PW: SECRET,
      PW_KEY: SECRET,
      PATCHWHY_PASSWORD: SECRET,
      PATCHWHY_VAULT_TOKEN: SECRET,
      PATCHWHY_STATE: '/tmp/kept',
    };
    const key = secretRef('env:PW_KEY', folder);
    const seen = await seenBy(env, [
      spec('env:PW', 'unused'),
      {
        kind: 'key',
        name: 'k',
        user: 'u',
        key: { path: '/none' },
        ...(key && { passphrase: key }),
      },
    ]);
    expect(seen).not.toContain(SECRET);
    expect(JSON.parse(seen)).toMatchObject({
      PATH: process.env['PATH'],
      PATCHWHY_STATE: '/tmp/kept',
    });
  });

  test('and those of the program itself are gone once it has taken them', () => {
    const env: NodeJS.ProcessEnv = { PW: SECRET, OTHER: 'kept' };
    const taken = takeSecrets(env, secretVariables([spec('env:PW')]));
    expect(env).toEqual({ OTHER: 'kept' });
    expect(taken).toEqual({ PW: SECRET, OTHER: 'kept' });
  });

  test('nor are they in a diagnostic report of Node', () => {
    const text = (): string => JSON.stringify(process.report.getReport());
    process.env['PLANTED_REPORT'] = 'Planted-report';
    expect(text()).toContain('Planted-report');
    takeSecrets(process.env, new Set(['PLANTED_REPORT']));
    expect(text()).not.toContain('Planted-report');
  });
});

describe('for a run', () => {
  const hosts = (...names: readonly (string | undefined)[]): readonly Host[] =>
    names.map((credential, index) => ({
      id: hostId(`h${index}`),
      address: 'x',
      labels: {},
      limits: { connectMs: 1, collectMs: 1 },
      reach: {
        kind: 'winrm',
        credential,
        winrm: { tls: 'auto', auth: ['negotiate'], port: 'auto' },
        via: [],
      },
    }));
  const specs = (...all: readonly CredentialSpec[]): ReadonlyMap<string, CredentialSpec> =>
    new Map(all.map((one) => [one.name, one]));

  test('each credential in use is resolved once, others not at all', async () => {
    let asked = 0;
    const ask = async (): Promise<string> => {
      asked += 1;
      return SECRET;
    };
    const known = specs(spec('prompt', 'a'), spec('env:NOT_SET', 'unused'), spec('env:PW', 'b'));
    const logons = await resolveCredentials(hosts('a', 'b', 'a', undefined, 'a'), known, {
      ...io,
      ask,
    });
    expect([...logons.keys()].toSorted()).toEqual(['a', 'b']);
    expect(asked).toBe(1);
  });

  test('nobody is asked when a file behind another question is missing', async () => {
    const ask = (): Promise<string> => Promise.reject(new Error('asked'));
    const key: CredentialSpec = {
      kind: 'key',
      name: 'b',
      user: 'u',
      key: { path: '/none/id' },
      passphrase: { kind: 'prompt' },
    };
    const known = specs(spec('prompt', 'a'), key);
    await expect(resolveCredentials(hosts('a', 'b'), known, { ...io, ask })).rejects.toMatchObject({
      code: 'credentials.key',
    });
  });

  test('nobody is asked when another secret is missing', async () => {
    const ask = (): Promise<string> => Promise.reject(new Error('asked'));
    const known = specs(spec('prompt', 'a'), spec('env:NOT_SET', 'b'));
    await expect(resolveCredentials(hosts('a', 'b'), known, { ...io, ask })).rejects.toMatchObject({
      code: 'credentials.env',
    });
  });
});
