/**
 * Passwords over SSH against OpenSSH's sshd and PAM. The account exists only in a mount namespace of that sshd, so that
 * this machine gets no new user; that takes root.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { freePort } from '../support/free-port.ts';
import { program } from '../support/program.ts';

const PASSWORD = 'Käse und "Brot" 1';
const USER = 'patchwhy-peer';
const METHODS = ['PasswordAuthentication', 'KbdInteractiveAuthentication'];
/** It hangs up after one wrong password, as any does after some wrong keys. */
const IMPATIENT = 'MaxAuthTries';
const ADDRESS = '127.0.0.62';
/** Not where a container forbids it. */
const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
if (!canMount)
  console.warn('SKIPPED: passwords over SSH are not tried. An account of its own takes root.');

/** Puts an account and a PAM service over those of the machine, for itself and what it starts, and becomes sshd. */
const SERVE = `set -e
cd "$1"; shift
for file in passwd shadow; do mount --bind "$file" "/etc/$file"; done
mount --bind pam /etc/pam.d/sshd
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -f /dev/null "$@"`;

describe.skipIf(!canMount)('a password', () => {
  let folder: string;
  const servers: { readonly method: string; readonly port: number; end(): void }[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'patchwhy-password-'));
    const hash = execFileSync('openssl', ['passwd', '-6', '-stdin'], {
      input: `${PASSWORD}\n`,
      encoding: 'utf8',
    });
    const plus = (file: string, line: string): void =>
      writeFileSync(join(folder, file), `${readFileSync(`/etc/${file}`, 'utf8')}${line}\n`, {
        mode: 0o600,
      });
    plus('passwd', `${USER}:x:4242:4242::/tmp:/bin/sh`);
    plus('shadow', `${USER}:${hash.trim()}:19000:0:99999:7:::`);
    writeFileSync(
      join(folder, 'pam'),
      'auth required pam_unix.so nodelay\naccount required pam_permit.so\nsession required pam_permit.so\n',
    );
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host')]);
    for (const method of [...METHODS, IMPATIENT]) servers.push(await serve(method));
    const key = readFileSync(join(folder, 'host.pub'), 'utf8');
    writeFileSync(
      join(folder, 'known'),
      servers.map(({ port }) => `[${ADDRESS}]:${port} ${key}`).join(''),
    );
  });
  afterAll(() => {
    for (const server of servers) server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(method: string) {
    const port = await freePort();
    const log = join(folder, method);
    const options = {
      Port: port,
      ListenAddress: ADDRESS,
      HostKey: join(folder, 'host'),
      UsePAM: 'yes',
      PasswordAuthentication: 'no',
      KbdInteractiveAuthentication: 'no',
      PubkeyAuthentication: 'no',
      PidFile: 'none',
      LogLevel: 'VERBOSE',
      ...(method === IMPATIENT
        ? { PasswordAuthentication: 'yes', MaxAuthTries: '1' }
        : { [method]: 'yes' }),
    };
    const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const child = spawn(
      'unshare',
      ['-m', 'bash', '-c', SERVE, 'serve', folder, ...words, '-E', log],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    await vi.waitFor(() => {
      if (!existsSync(log) || !readFileSync(log, 'utf8').includes('listening'))
        throw new Error(log);
    }, 10_000);
    return { method, port, end: () => void child.kill() };
  }

  /** As sshd itself counts them. */
  function refusals(method: string): number {
    const log = readFileSync(join(folder, method), 'utf8');
    return (
      log.match(/^(?:error: )?(?:Failed password|PAM: Authentication failure) for/gm)?.length ?? 0
    );
  }

  async function scan(method: string, password: string) {
    const { port = 0 } = servers.find((each) => each.method === method) ?? {};
    const file = join(folder, 'fleet.yaml');
    writeFileSync(
      file,
      `credentials: { p: { user: ${USER}, password: env:SSH_PASSWORD } }
defaults: { transport: ssh, credential: p, timeouts: { connect: 5s },
  ssh: { port: ${port}, known_hosts: ${folder}/known, config: none } }
hosts: [${ADDRESS}]
`,
    );
    const before = refusals(method);
    const { stdout, stderr } = await program(['scan', '-i', file, '--json', '--no-store', '-v'], {
      env: { SSH_PASSWORD: password },
    });
    expect(stdout + stderr).not.toContain(password);
    const [host] = (JSON.parse(stdout) as ScanDocument).hosts;
    return { contact: host?.['contact'], refusals: refusals(method) - before };
  }

  test.each(METHODS)('is taken where the host has %s alone', async (method) => {
    // It signs in, and finds no Windows.
    const { contact, refusals: counted } = await scan(method, PASSWORD);
    expect(contact).toMatchObject({ stage: 'collector', code: 'UNSUPPORTED_OS' });
    expect(counted).toBe(0);
  });

  test.each([...METHODS, IMPATIENT])('that %s refuses is tried once', async (method) => {
    const { contact, refusals: counted } = await scan(method, 'not-the-password');
    expect(contact).toMatchObject({ stage: 'auth', code: 'PERMISSION_DENIED' });
    expect(counted).toBe(1);
  });
});
