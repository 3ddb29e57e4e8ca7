/** Planted secrets, and the search for them in everything that a program leaves behind. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import { ownCertificate } from '../transports/winrm/own-certificate.ts';

/** One for each place a secret can come from; each is found in nothing else. */
export const PLANTED = {
  env: 'Planted-env-4711',
  unused: 'Planted-unused-4712',
  file: 'Planted-file-4713',
  exec: 'Planted-exec-4714',
  helper: 'Planted-helper-4715',
  vault: 'Hunter2-é-日',
  vaultPassword: 'open sesame',
  passphrase: 'Planted-passphrase-4716',
  ours: 'Planted-ours-4717',
  prompt: 'Planted-prompt-4718',
} as const;

export interface Plot {
  readonly folder: string;
  /** Lines of the `credentials` of an inventory. */
  readonly credentials: string;
  readonly names: readonly string[];
  readonly env: Record<string, string>;
  /** What the helper saw of its own environment and of the command lines around it. */
  readonly seenByHelper: () => string;
  readonly secrets: readonly string[];
}

/** Puts a secret into every kind of source below `folder`. */
export function plant(folder: string): Plot {
  const write = (name: string, text: string, mode = 0o600): void => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
  };
  const { cert, key } = ownCertificate('planted');
  const lockedKey = createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PLANTED.passphrase })
    .toString();
  write('secret', `${PLANTED.file}\n`);
  write('client.pem', cert, 0o644);
  write('client.key', lockedKey);
  write('vault-password', PLANTED.vaultPassword);
  write('helper.mjs', helper(join(folder, 'seen')));
  const node = process.execPath;
  const vault = resolve('test/fixtures/vault/whole.vault');
  return {
    folder,
    credentials: String.raw`
  env: { user: 'ACME\env', password: env:PLANTED_ENV }
  unused: { user: 'ACME\unused', password: env:PLANTED_UNUSED }
  file: { user: 'ACME\file', password: file:secret }
  exec: { user: 'ACME\exec', password: 'exec:"${node}" helper.mjs password' }
  helper: 'exec:"${node}" helper.mjs logon'
  vault: { user: 'ACME\vault', password: 'vault:${vault}#acme.svc' }
  client: { certificate: client.pem, key: file:client.key, passphrase: env:PLANTED_PASSPHRASE }
`,
    names: ['env', 'file', 'exec', 'helper', 'vault', 'client'],
    env: {
      PLANTED_ENV: PLANTED.env,
      PLANTED_UNUSED: PLANTED.unused,
      PLANTED_PASSPHRASE: PLANTED.passphrase,
      PATCHWHY_PASSWORD: PLANTED.ours,
      ANSIBLE_VAULT_PASSWORD_FILE: join(folder, 'vault-password'),
    },
    seenByHelper: () => readFileSync(join(folder, 'seen'), 'utf8'),
    secrets: [
      ...Object.values(PLANTED),
      ...lockedKey.split('\n').filter((line) => line.length > 60),
    ],
  };
}

/** Prints a secret, after it has noted all that it can see of the program that started it. */
function helper(report: string): string {
  const exec = Buffer.from(PLANTED.exec).toString('base64');
  const logon = Buffer.from(PLANTED.helper).toString('base64');
  return `import { appendFileSync, readFileSync } from 'node:fs';
const seen = [JSON.stringify(process.env), JSON.stringify(process.argv)];
for (const file of ['/proc/self/cmdline', '/proc/self/environ', \`/proc/\${process.ppid}/cmdline\`]) {
  try { seen.push(readFileSync(file, 'latin1')); } catch { /* no such system */ }
}
appendFileSync(${JSON.stringify(report)}, seen.join('\\n') + '\\n');
const text = (base64) => Buffer.from(base64, 'base64').toString();
console.log(process.argv[2] === 'logon' ? 'ACME\\\\edge\\n' + text('${logon}') : text('${exec}'));
`;
}

/** Which secrets stand in a text, in clear or in a usual disguise. */
export function found(text: string, secrets: readonly string[]): string[] {
  const plain = text.toLowerCase();
  return secrets.filter((secret) => disguises(secret).some((form) => plain.includes(form)));
}

function disguises(secret: string): string[] {
  const [utf8, utf16] = [Buffer.from(secret), Buffer.from(secret, 'utf16le')];
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    // Without its end, which depends on what stands behind it.
    ...[utf8, utf16].map((bytes) => bytes.toString('base64').slice(0, -4)),
    ...[utf8, utf16].map((bytes) => bytes.toString('hex')),
    utf16.toString('latin1'),
  ].map((form) => form.toLowerCase());
}

/** The text of every file below a folder, and its name. */
export function textsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => `${file}\n${readFileSync(file, 'latin1')}\n${readFileSync(file, 'utf8')}`);
}
