/** What this terminal can show, as its environment says. */
import type { Multiplexer } from './clipboard.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR (no-color.org) and `TERM=dumb`; bold and inverse stay. */
export function hasColor(env: Environment): boolean {
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** What lies between us and the terminal. */
export function multiplexerOf(env: Environment): Multiplexer {
  if (env['TMUX']) return 'tmux';
  return env['STY'] ? 'screen' : 'none';
}

/** Terminals and locales that cannot draw more than ASCII. No locale at all says nothing. */
export function isAscii(env: Environment): boolean {
  if (env['TERM'] === 'linux' || env['TERM'] === 'dumb') return true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale !== '' && !/utf-?8/iu.test(locale);
}
