/** The keychain against a real Secret Service: gnome-keyring, with secret-tool of libsecret as the other side. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { found } from '../support/leaks.ts';

const SECRET = 'Keychain-é-4720';
const BIN = fileURLToPath(new URL('../../bin/patchwhy.js', import.meta.url));
const MODULE = new URL('../../dist/credentials/keychain.js', import.meta.url).href;

const missing = ['dbus-run-session', 'gnome-keyring-daemon', 'secret-tool'].filter((tool) => {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`]);
    return false;
  } catch {
    return true;
  }
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs shell lines in a session bus of its own; its keyring lives in `home`. */
function session(home: string, lines: string, isUnlocked = true): Promise<Said> {
  const file = join(home, 'lines.sh');
  const unlock = `printf %s keyring-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n`;
  writeFileSync(
    file,
    `patchwhy() { "${process.execPath}" "${BIN}" "$@"; }\n${isUnlocked ? unlock : ''}${lines}\n`,
  );
  chmodSync(file, 0o700);
  return run('dbus-run-session', ['--', 'bash', file], home);
}

function run(program: string, words: readonly string[], home: string): Promise<Said> {
  const { PATH = '' } = process.env;
  const env = { PATH, HOME: home, SECRET, MODULE, XDG_RUNTIME_DIR: home };
  return new Promise((resolve) => {
    execFile(program, words, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
      resolve({ code, stdout, stderr: withoutDaemons(stderr) });
    });
  });
}

/** What the bus and the keyring say of themselves. */
function withoutDaemons(stderr: string): string {
  return stderr.replaceAll(/^(?:dbus-daemon|\*\* |\(gcr|GNOME|discover_other).*\n?|^\n/gm, '');
}

describe.skipIf(missing.length > 0)(
  `the keychain${missing.length > 0 ? ` (left out: no ${missing.join(', ')} here)` : ''}`,
  () => {
    test('what auth add stores is what another program finds, and the other way round', async () => {
      const home = temporaryFolder();
      const { code, stdout, stderr } = await session(
        home,
        `printf '%s\\n' "$SECRET" | patchwhy auth add acme --from-stdin
[ "$(secret-tool lookup service patchwhy username acme)" = "$SECRET" ] && echo same there
printf %s "$SECRET" | secret-tool store --label=test service patchwhy username other
patchwhy auth test keychain:other
"${process.execPath}" -e 'import(process.env.MODULE).then(async ({ systemKeychain }) => {
  const read = await systemKeychain.read("other");
  console.log(read.text === process.env.SECRET ? "same here" : read.kind);
})'`,
      );
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout:
          'stored; an inventory names it as keychain:acme\nsame there\nkeychain:other: ok\nsame here\n',
        stderr: '',
      });
    });

    test('an entry can be replaced and removed, and is told when it is not there', async () => {
      const { stdout, stderr, code } = await session(
        temporaryFolder(),
        `printf one | patchwhy auth add keychain:acme --from-stdin
printf %s "$SECRET" | patchwhy auth add acme --from-stdin
[ "$(secret-tool lookup service patchwhy username acme)" = "$SECRET" ] && echo replaced
patchwhy auth remove acme
secret-tool lookup service patchwhy username acme || echo gone
patchwhy auth test keychain:acme; echo "exit $?"
patchwhy auth remove acme`,
      );
      expect(stdout).toMatch(/\nreplaced\nkeychain:acme is removed\ngone\nexit 6\n$/);
      expect(stderr)
        .toBe(`patchwhy: credential "keychain:acme": keychain:acme is not in the keychain
  store it: patchwhy auth add acme
patchwhy: keychain:acme is not in the keychain
  check its name
`);
      expect(code).toBe(6);
    });

    test('a keyring that is locked, where nobody can unlock it, is told in one line', async () => {
      const home = temporaryFolder();
      await session(home, `printf %s "$SECRET" | patchwhy auth add acme --from-stdin`);
      const { code, stdout, stderr } = await session(
        home,
        'patchwhy auth test keychain:acme',
        false,
      );
      expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
      expect(stderr)
        .toBe(`patchwhy: credential "keychain:acme": keychain:acme cannot be used: the keychain is locked or refuses
  unlock it: log in to the desktop, or gnome-keyring-daemon --unlock
`);
    });

    test('a secret that cannot be stored is not repeated', async () => {
      const home = temporaryFolder();
      await session(home, `printf one | patchwhy auth add acme --from-stdin`);
      const store = `printf %s "$SECRET" | patchwhy auth add acme --from-stdin`;
      const { code, stdout, stderr } = await session(home, store, false);
      expect(code).toBe(6);
      expect(found(stdout + stderr, [SECRET])).toEqual([]);
    });
  },
);

test('a machine without a keychain says so in one line', async () => {
  const { code, stderr } = await run(
    process.execPath,
    [BIN, 'auth', 'test', 'keychain:acme'],
    temporaryFolder(),
  );
  expect(code).toBe(6);
  expect(stderr).toMatch(
    /^patchwhy: credential "keychain:acme": keychain:acme finds no keychain on this machine\n {2}run it in a desktop session.*\n$/,
  );
});
