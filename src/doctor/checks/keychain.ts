import type { ConsoleFinding } from '../console-report.ts';

const ABOUT = 'keychain';
const LIMIT_MS = 3000;

/** @param read asks the keychain for an entry that is not there; undefined where its module cannot be loaded. */
export async function checkKeychain(
  read: (() => Promise<unknown>) | undefined,
): Promise<ConsoleFinding> {
  if (read === undefined)
    return {
      about: ABOUT,
      verdict: 'info',
      text: 'the module "@napi-rs/keyring" is not installed; env:, file:, exec: and prompt work without it',
    };
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer')), LIMIT_MS);
  try {
    await Promise.race([read(), late.promise]);
    return { about: ABOUT, verdict: 'ok', text: 'answers' };
  } catch {
    const next =
      'where keychain: references are used, unlock it (Linux: a Secret Service such as gnome-keyring)';
    return { about: ABOUT, verdict: 'info', text: 'is locked, or there is none', next };
  } finally {
    clearTimeout(timer);
  }
}
