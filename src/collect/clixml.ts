/**
 * What powershell.exe writes to stderr when its streams are redirected: `#< CLIXML`, then `<Objs>` documents, and
 * between them the plain text of other programs. Errors come as lines cut at the width of a console that is not there.
 */

/** Why PowerShell did not run the script, told by ids and exit codes alone: the words are in the host's language. */
export type Trouble =
  /** The antimalware interface refused the script. */
  | 'blocked'
  | 'constrained-language'
  /** A policy forbids the program itself. */
  | 'policy'
  /** There is no powershell.exe. */
  | 'no-powershell'
  /** cmd.exe could not start powershell.exe, and says why in the host's language only. */
  | 'not-started'
  | 'out-of-memory'
  | 'not-parsed'
  | 'other';

export interface Stderr {
  /** The error text as one line, in the host's language, not yet printable; empty when there was none. */
  readonly text: string;
  /** Undefined when nothing points to trouble. */
  readonly trouble: Trouble | undefined;
}

const OBJECTS = /<Objs\b[\s\S]*?<\/Objs>/g;
const ERRORS = /<S S="Error">([^<]*)<\/S>/g;
export const STDERR_READ = 64 * 1024;

// Ids of PowerShell's own errors, found where a line break of the console may cut through them.
const IDS: readonly (readonly [RegExp, Trouble])[] = [
  [/ScriptContainedMaliciousContent|ScriptHasAdminBlockedContent/, 'blocked'],
  [/ConstrainedLanguage/, 'constrained-language'],
  [/OutOfMemoryException|ScriptCallDepthException|0x8007000E/i, 'out-of-memory'],
  [/ParserError/, 'not-parsed'],
];

// cmd.exe: 9009 and 2 for a program that is not there, 1260 for one that a policy forbids.
const EXIT_CODES: ReadonlyMap<number, Trouble> = new Map([
  [9009, 'no-powershell'],
  [1260, 'policy'],
]);

/** Reads stderr, however broken: what is no CLIXML counts as plain text. */
export function readClixml(bytes: Uint8Array, exitCode?: number): Stderr {
  const whole = new TextDecoder('utf-8').decode(bytes.subarray(0, STDERR_READ));
  const errors: string[] = [];
  const outside = whole.replace(OBJECTS, (objects) => {
    for (const [, text = ''] of objects.matchAll(ERRORS)) errors.push(unescape(text));
    return '';
  });
  // An unfinished document is cut off text, not a message.
  const plain = outside.replace(/#< CLIXML/g, '').replace(/<Objs\b[\s\S]*$/, '');
  const text = `${errors.join('')} ${plain}`.replace(/\s+/g, ' ').trim();
  return { text, trouble: troubleOf(text, exitCode, whole.includes('#< CLIXML')) };
}

function troubleOf(
  text: string,
  exitCode: number | undefined,
  isClixml: boolean,
): Trouble | undefined {
  const solid = text.replaceAll(' ', '');
  const found = IDS.find(([id]) => id.test(solid))?.[1];
  if (found !== undefined) return found;
  const told = exitCode === undefined ? undefined : EXIT_CODES.get(exitCode);
  if (told !== undefined) return told;
  // `cmd /c` ends with 1 for whatever it cannot start. An error of PowerShell carries this word in every language.
  const isOfCmd = !solid.includes('FullyQualifiedErrorId') && !isClixml && text !== '';
  if (exitCode === 1 && isOfCmd) return 'not-started';
  return text === '' ? undefined : 'other';
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** XML entities first, then PowerShell's own `_xHHHH_`: one UTF-16 unit each, so a rare character comes as two. */
function unescape(text: string): string {
  return text
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/&#(x[0-9a-fA-F]{1,4}|\d{1,5});/g, (_, code: string) =>
      String.fromCharCode(code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number(code)),
    )
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, unit: string) =>
      String.fromCharCode(Number.parseInt(unit, 16)),
    )
    .toWellFormed();
}
