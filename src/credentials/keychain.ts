/**
 * The keychain of the operating system: Credential Manager, macOS keychain, Secret Service. The package behind it is
 * optional and loaded when it is needed.
 */
import type * as Keyring from '@napi-rs/keyring';
import type { SecretText, Unusable } from './read-secret-file.ts';
import { unusable } from './read-secret-file.ts';

/** Entries are found by this service and their name as the account. */
const SERVICE = 'patchwhy';

/** A keychain that is locked may ask its owner in a window of its own. */
const LIMIT_MS = 60_000;

export interface Keychain {
  read(name: string): Promise<SecretText>;
  /** Gives what went wrong, if anything did. */
  store(name: string, secret: string): Promise<Unusable | undefined>;
  /** `false`: there was no such entry. */
  remove(name: string): Promise<boolean | Unusable>;
}

/** The keychain of this machine. Its messages are never passed on: some repeat what was to be stored. */
export const systemKeychain: Keychain = {
  async read(name) {
    const text = await withEntry(name, (entry) => entry.getPassword());
    if (typeof text === 'string') return { kind: 'text', text };
    return text ?? unusable('is not in the keychain', `store it: patchwhy auth add ${name}`);
  },
  async store(name, secret) {
    return (await withEntry(name, (entry) => entry.setPassword(secret))) ?? undefined;
  },
  remove: (name) => withEntry(name, (entry) => entry.deleteCredential()),
};

async function withEntry<T>(
  name: string,
  act: (entry: Keyring.AsyncEntry) => Promise<T>,
): Promise<T | Unusable> {
  const keyring = await loaded();
  if (keyring === undefined) {
    return unusable(
      'needs the package @napi-rs/keyring, which is not installed',
      'install patchwhy with its optional packages (npm ci), or use env:, file: or exec:',
    );
  }
  let entry: Keyring.AsyncEntry;
  try {
    // Without this the package falls back to the kernel's keys, which are gone after a restart.
    entry = new keyring.AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } });
  } catch {
    return unusable('finds no keychain on this machine', NO_SERVICE);
  }
  try {
    return await within(act(entry));
  } catch {
    return unusable('cannot be used: the keychain is locked or refuses', LOCKED);
  }
}

async function loaded(): Promise<typeof Keyring | undefined> {
  try {
    return await import('@napi-rs/keyring');
  } catch {
    return undefined;
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('nobody unlocked the keychain')), LIMIT_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const NO_SERVICE =
  process.platform === 'linux'
    ? 'run it in a desktop session, or under dbus-run-session with gnome-keyring-daemon --unlock; or use env:, file: or exec:'
    : 'use env:, file: or exec:';

const UNLOCKED_BY: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'unlock it: security unlock-keychain',
  linux: 'unlock it: log in to the desktop, or gnome-keyring-daemon --unlock',
};
const LOCKED = UNLOCKED_BY[process.platform] ?? 'unlock it: log in to the desktop';
