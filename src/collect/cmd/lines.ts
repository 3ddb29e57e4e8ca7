/**
 * From single commands to few command lines, and from what they print back to single answers. Behind each command a mark
 * with its exit code is printed: a word of this run, the command's number, the code.
 *
 * The line is `cmd.exe /d /v:on /s /c "A & echo MARK_!errorlevel!_ & B & ..."`, for three rules of cmd.exe (`cmd /?`,
 * learn.microsoft.com, "cmd"): `/s` takes away the first and the last quote and keeps all between them; `/v:on` puts in
 * `!errorlevel!` when a command has ended, where `%errorlevel%` would be that of the whole line's beginning; `/d` runs
 * no AutoRun. The shell around it, which also is a cmd.exe, sees each quote as the end of the one before: what stands in
 * quotes here stands outside of them there. So nothing that is quoted may hold `& | < > ^`, and nothing at all `!`.
 * `|` is not used outside of quotes either: PowerShell as SSH's default shell would end the line at it.
 */
import { decode } from './decode.ts';
import type { Answer, NoAnswer } from './question.ts';

export interface CommandLine {
  readonly text: string;
  /** Numbers of the first command in it and of the one behind its last. */
  readonly from: number;
  readonly to: number;
}

/** cmd.exe takes 8,191 characters (learn.microsoft.com, "Command prompt line string limitation"). */
const LONGEST = 8000;
const OPENING = 'cmd.exe /d /v:on /s /c "';
const AND = ' & ';

/** The code page, by its number: `Active code page: 437`. Always the first command. */
const CODE_PAGE = 'chcp.com';

/** @param nonce a word of this run: 8 to 32 letters or digits */
export function composeLines(commands: readonly string[], nonce: string): readonly CommandLine[] {
  if (!/^[0-9A-Za-z]{8,32}$/.test(nonce)) throw new TypeError(`"${nonce}" cannot mark a run`);
  const lines: CommandLine[] = [];
  let parts: string[] = [];
  let length = 0;
  const all = [CODE_PAGE, ...commands];
  const end = (to: number): void => {
    const from = to - parts.length;
    lines.push({ text: `${OPENING}${parts.join(AND)}"`, from, to });
    parts = [];
    length = 0;
  };
  for (const [number, command] of all.entries()) {
    const part = `${command}${AND}echo ${markOf(nonce)}${number}_!errorlevel!_`;
    if (parts.length > 0 && OPENING.length + length + part.length + 1 > LONGEST) end(number);
    parts.push(part);
    length += part.length + AND.length;
  }
  end(all.length);
  return lines;
}

function markOf(nonce: string): string {
  return `PATCHWHY_${nonce}_`;
}

/** What one line may print, and one command of it. */
const LINE_BYTES = 4 * 1024 * 1024;
const ANSWER_BYTES = 1024 * 1024;

interface Raw {
  readonly bytes: Uint8Array;
  readonly exitCode: number;
}

/** Takes what the lines of a run print, in pieces of any size; holds 4 MB a line at most. */
export class AnswerReader {
  readonly #mark: RegExp;
  readonly #raw = new Map<number, Raw>();

  constructor(nonce: string) {
    this.#mark = new RegExp(`${markOf(nonce)}(\\d{1,4})_(-?\\d{1,10})_`, 'g');
  }

  /** No command has been answered yet. */
  get isEmpty(): boolean {
    return this.#raw.size === 0;
  }

  /** What a line printed up to its end or to where it broke off; false when it printed more than anybody reads. */
  readLine(line: CommandLine): { push: (bytes: Uint8Array) => boolean; end: () => void } {
    const pieces: Uint8Array[] = [];
    let left = LINE_BYTES;
    return {
      push: (bytes) => {
        pieces.push(Uint8Array.from(bytes.subarray(0, left)));
        left -= bytes.length;
        return left > 0;
      },
      end: () => this.#split(Buffer.concat(pieces), line),
    };
  }

  /** One answer per command, in their order; `why` says why others did not come. */
  answers(count: number, why: string): readonly (Answer | NoAnswer)[] {
    const page = this.#raw.get(0);
    const digits = page && /(\d{3,5})\D*$/.exec(decode(page.bytes, undefined))?.[1];
    const codePage = digits === undefined ? undefined : Number(digits);
    return Array.from({ length: count }, (_, at): Answer | NoAnswer => {
      const raw = this.#raw.get(at + 1);
      if (raw === undefined) return { why };
      if (raw.bytes.length > ANSWER_BYTES) return { why: 'the answer is longer than 1 MB' };
      return { text: decode(raw.bytes, codePage), exitCode: raw.exitCode };
    });
  }

  #split(bytes: Buffer, { from, to }: CommandLine): void {
    // One character per byte, so that places in the text are places in the bytes.
    const text = bytes.toString('latin1');
    let start = 0;
    let expected = from;
    for (const { index, 0: mark, 1: number = '', 2: exitCode = '' } of text.matchAll(this.#mark)) {
      // Marks come in order; another one is an echo of something.
      if (Number(number) !== expected || expected >= to) continue;
      this.#raw.set(expected, { bytes: bytes.subarray(start, index), exitCode: Number(exitCode) });
      start = index + mark.length;
      expected += 1;
    }
  }
}
