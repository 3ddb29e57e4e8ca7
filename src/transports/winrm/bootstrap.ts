/**
 * How a script travels without a file, a Send or a long command line: in variables of the shell, put together by a
 * few words of PowerShell that work in ConstrainedLanguage too.
 */

import { hash } from 'node:crypto';

export interface Bootstrap {
  readonly variables: Readonly<Record<string, string>>;
  readonly commandLine: string;
  /** Of the script, in hexadecimal. */
  readonly sha256: string;
}

/** Longest variable: cmd.exe lives with 8,191 characters on a line, and every Windows with 8,000 in a variable. */
const MAX_CHARACTERS = 8000;
const PREFIX = 'PATCHWHY_';
const POWERSHELL = String.raw`%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe`;

/** The script in variables, cut at line ends. @throws RangeError when a line has more than 8,000 characters. */
export function bootstrap(script: string): Bootstrap {
  if (latest?.script !== script) latest = { script, made: make(script) };
  return latest.made;
}

/** All hosts of a run are sent the same script. */
let latest: { readonly script: string; readonly made: Bootstrap } | undefined;

function make(script: string): Bootstrap {
  const parts = cutAtLines(script);
  const names = parts.map((_, index) => `${PREFIX}${index + 1}`);
  return {
    variables: Object.fromEntries(parts.map((part, index) => [names[index], part])),
    commandLine: commandLine(names),
    sha256: hash('sha256', script),
  };
}

/** Carriage returns go: the parts are joined by line feeds, which is what PowerShell needs. */
function cutAtLines(script: string): string[] {
  const text = script.replaceAll('\r\n', '\n');
  const parts: string[] = [];
  let at = 0;
  while (text.length - at > MAX_CHARACTERS) {
    const end = text.lastIndexOf('\n', at + MAX_CHARACTERS);
    if (end < at) throw new RangeError('a line of the script has more than 8,000 characters');
    parts.push(text.slice(at, end));
    at = end + 1;
  }
  parts.push(text.slice(at));
  return parts;
}

function commandLine(names: readonly string[]): string {
  const parts = names.map((name) => `$env:${name}`).join(', ');
  const text = `$ProgressPreference = 'SilentlyContinue'\nInvoke-Expression (${parts} -join "\`n")`;
  const encoded = Buffer.from(text, 'utf16le').toString('base64');
  return `${POWERSHELL} -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand ${encoded}`;
}
