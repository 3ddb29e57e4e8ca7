/** The collector as it is sent to a host: the files of the collector folder, joined in order of their names. Knows no transport. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../collector/', import.meta.url);
const PLACE = '@NONCE@';

interface Script {
  /** Ends before the first section; the only part that holds the nonce. */
  readonly head: string;
  readonly sections: readonly Section[];
  readonly end: string;
  /** All but the head. */
  readonly rest: string;
}

interface Section {
  /** `os`, `volumes`, ... */
  readonly name: string;
  readonly text: string;
}

let joined: Script | undefined;

/**
 * The whole script for one run: ASCII, lines ended by LF. Only its first lines depend on the nonce.
 *
 * @param nonce a word of this run, 8 to 32 letters or digits, that marks its answer among other output
 */
export function collectorScript(nonce: string): string {
  joined ??= join();
  return headFor(nonce, joined) + joined.rest;
}

/** The same script in its parts, in their order. */
export function collectorParts(nonce: string): Pick<Script, 'head' | 'sections' | 'end'> {
  joined ??= join();
  return { head: headFor(nonce, joined), sections: joined.sections, end: joined.end };
}

function headFor(nonce: string, { head }: Script): string {
  if (!/^[0-9A-Za-z]{8,32}$/.test(nonce)) throw new TypeError(`"${nonce}" cannot mark a run`);
  return head.replaceAll(PLACE, nonce);
}

function join(): Script {
  const sections = readdirSync(new URL('sections/', FOLDER))
    .filter((name) => name.endsWith('.ps1'))
    .toSorted()
    .map((file) => ({
      name: file.replace(/^\d+-|\.ps1$/g, ''),
      text: read(`sections/${file}`),
    }));
  const end = read('epilogue.ps1');
  const rest = sections.map(({ text }) => text).join('') + end;
  return { head: read('prelude.ps1'), sections, end, rest };
}

/** A checkout on Windows may have turned LF into CRLF. */
function read(name: string): string {
  return `${readFileSync(new URL(name, FOLDER), 'utf8').replaceAll('\r\n', '\n')}\n`;
}
