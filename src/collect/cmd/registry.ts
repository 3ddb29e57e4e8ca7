/**
 * `reg query KEY`: the values of a key and the names of the keys below it. reg.exe ends with 1 both for a key that is
 * not there and for one that may not be read (learn.microsoft.com, "reg query": 0 success, 1 failure); so a key counts
 * as missing only when the key above it could be read and does not list it.
 */
import { type Answer, answered, CouldNotLook, linesOf, type NoAnswer } from './question.ts';

/** A key: all names in lower case. */
export interface Key {
  readonly values: ReadonlyMap<string, string>;
  readonly below: ReadonlySet<string>;
}

const ROOTS: Readonly<Record<string, string>> = { HKLM: 'HKEY_LOCAL_MACHINE', HKU: 'HKEY_USERS' };

/** The command that lists a key, such as `HKLM\SOFTWARE`. */
export function regQuery(path: string): string {
  return `reg.exe query "${path}"`;
}

/** A key that every Windows has. @throws CouldNotLook. */
export function readKey(answer: Answer | NoAnswer | undefined, path: string): Key {
  const { text, exitCode } = answered(answer);
  if (exitCode !== 0) throw new CouldNotLook(`reg could not read ${path} (${exitCode})`);
  const key = parseKey(text, path);
  // Ended well and named nothing of the key: whatever answered was no reg.exe.
  if (key.values.size + key.below.size === 0)
    throw new CouldNotLook(`reg named nothing of ${path}`);
  return key;
}

/**
 * The last of some keys, each of them below the one before; the first is one that every Windows has. Undefined when it
 * is not there. @throws CouldNotLook.
 */
export function readBelow(
  answers: readonly (Answer | NoAnswer | undefined)[],
  paths: readonly string[],
): Key | undefined {
  const [top = ''] = paths;
  let key = readKey(answers[0], top);
  for (const [at, path] of paths.entries()) {
    if (at === 0) continue;
    const { text, exitCode } = answered(answers[at]);
    const isListed = key.below.has(nameOf(path));
    if (exitCode !== 0 && isListed)
      throw new CouldNotLook(`reg could not read ${path} (${exitCode})`);
    if (exitCode !== 0) return undefined;
    key = parseKey(text, path);
  }
  return key;
}

export function textIn(key: Key | undefined, name: string): string | undefined {
  const text = key?.values.get(name.toLowerCase());
  return text === undefined || text === '' ? undefined : text;
}

/** A whole number up to 2^32, written `0x1a`, or as decimal digits in a text. */
export function numberIn(key: Key | undefined, name: string): number | undefined {
  const text = textIn(key, name);
  return text !== undefined && /^(0x[0-9a-f]{1,8}|\d{1,9})$/i.test(text) ? Number(text) : undefined;
}

/** `    Name    REG_SZ    data`: four blanks between; the data may be missing. */
const VALUE = /^ {4}(.+?) {4}REG_[A-Z_]+(?: {4}(.*))?$/;

function parseKey(text: string, path: string): Key {
  const [root = '', ...steps] = path.split('\\');
  const whole = [ROOTS[root] ?? root, ...steps].join('\\').toLowerCase();
  const values = new Map<string, string>();
  const below = new Set<string>();
  let isOurs = false;
  for (const line of linesOf(text)) {
    if (line.startsWith('HKEY_')) {
      const place = line.trimEnd().toLowerCase();
      isOurs = place === whole;
      const rest = place.startsWith(`${whole}\\`) ? place.slice(whole.length + 1) : '';
      if (rest !== '' && !rest.includes('\\')) below.add(rest);
    } else if (isOurs) {
      const [, name, data = ''] = VALUE.exec(line) ?? [];
      if (name !== undefined) values.set(name.toLowerCase(), data.trim());
    }
  }
  return { values, below };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1).toLowerCase();
}
