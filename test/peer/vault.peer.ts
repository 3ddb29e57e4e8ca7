/** Ansible vault files written by the real `ansible-vault`, read by us with the password where Ansible has it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CredentialResolver } from '../../src/credentials/resolve-credential.ts';
import { secretRef } from '../../src/credentials/secret-ref.ts';
import { temporaryFolder } from '../support/folder.ts';

/** Debian's, which finds its own Python packages whatever else is installed. */
const PROGRAM = '/usr/bin/ansible-vault';

function isThere(): boolean {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Place {
  readonly folder: string;
  readonly vault: (words: readonly string[], input?: string) => string;
  readonly file: (name: string, text: string, mode?: number) => string;
  readonly read: (ref: string) => Promise<string>;
}

function place(password: string): Place {
  const folder = temporaryFolder();
  const file = (name: string, text: string, mode = 0o600): string => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
    return join(folder, name);
  };
  mkdirSync(join(folder, 'home'));
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    ANSIBLE_VAULT_PASSWORD_FILE: file('password', `${password}\n`),
  };
  return {
    folder,
    file,
    vault: (words, input = '') =>
      execFileSync(PROGRAM, words, {
        cwd: folder,
        env,
        input,
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
      }),
    read: async (text) => {
      const password = secretRef(text, folder);
      if (password === undefined) throw new Error(`${text} is no reference`);
      const spec = { kind: 'password', name: 'vaulted', user: 'u', password } as const;
      const logon = await new CredentialResolver([spec], { env }).resolve(spec);
      if (logon.kind !== 'password') throw new Error('no password');
      return logon.password.reveal();
    },
  };
}

const hasAnsible = isThere();

describe.skipIf(!hasAnsible)(`what ${PROGRAM} has encrypted is read`, () => {
  test.each([
    ['letters', 'Hunter2', 'open sesame'],
    ['other scripts', 'パスワード-é-ß-😀', 'сезам откройся'],
    ['what YAML would make something else of', '0815', 'x'],
    ['signs', `#'"\\ {}[]!&*%@\`|>`, `'"\\#`],
    ['a long one', 'x'.repeat(5000), 'y'.repeat(200)],
    ['exactly one block', '0123456789abcdef', 'pw'],
  ])('%s', async (_what, secret, password) => {
    const { file, vault, read } = place(password);
    file('all.yml', `acme: { svc: ${JSON.stringify(secret)} }\n`);
    file('alone', secret);
    vault(['encrypt', 'all.yml', 'alone']);
    const one = vault(['encrypt_string', '--stdin-name', 'svc'], secret);
    file('vars.yml', `user: svc\n${one}\n`, 0o644);
    expect(await read('vault:all.yml#acme.svc')).toBe(secret);
    expect(await read('vault:alone')).toBe(secret);
    expect(await read('vault:vars.yml#svc')).toBe(secret);
  });

  test('with a vault id, and after its password was changed', async () => {
    const { file, vault, read, folder } = place('first');
    file('all.yml', 'svc: Hunter2\n');
    vault([
      'encrypt',
      '--encrypt-vault-id',
      'lab',
      '--vault-id',
      `lab@${folder}/password`,
      'all.yml',
    ]);
    expect(await read('vault:all.yml#svc')).toBe('Hunter2');
    vault(['rekey', '--new-vault-password-file', file('second', 'second'), 'all.yml']);
    await expect(read('vault:all.yml#svc')).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringContaining('all.yml#svc does not open with the vault password'),
    });
    file('password', 'second');
    expect(await read('vault:all.yml#svc')).toBe('Hunter2');
  });

  test('with the password from a program', async () => {
    const { file, vault, read } = place('open sesame');
    file('all.yml', 'svc: Hunter2\n');
    vault(['encrypt', 'all.yml']);
    file('password', '#!/bin/sh\necho open sesame\n', 0o700);
    expect(await read('vault:all.yml#svc')).toBe('Hunter2');
    expect(vault(['view', 'all.yml'])).toBe('svc: Hunter2\n');
  });
});
