/**
 * What a question to a host without PowerShell is: command lines that only read, and a pure reader of what they print.
 * Exit codes, numbers and positions decide, never words: the host may speak any language.
 */
import type { Collected } from '../../core/evidence.ts';

/** What one command printed on stdout, and how it ended. */
export interface Answer {
  /** Only its ASCII characters are sure; the rest depends on the host's code page. */
  readonly text: string;
  readonly exitCode: number;
}

/** A command that was not answered, and why. */
export interface NoAnswer {
  readonly why: string;
}

/** One per command, in their order. */
export type Answers = readonly (Answer | NoAnswer)[];

/** What a reader may know besides the answers. */
export interface Setting {
  /** Build of Windows; undefined where the host did not tell it. */
  readonly build: number | undefined;
  readonly now: Date;
}

export interface Question {
  /** The name under which `errors` has it when nothing of it could be read. */
  readonly section: string;
  /** Each for cmd.exe, without `"` around `&`, `|`, `<`, `>`, `^` or `!` (lines.ts says why). */
  readonly commands: readonly string[];
  /** @throws CouldNotLook for all of the section. */
  readonly read: (answers: Answers, setting: Setting) => Told;
}

export type Failure = NonNullable<Collected['errors']>[number];

export interface Told {
  readonly evidence: Partial<Collected>;
  readonly errors: readonly Failure[];
  /** Lists that were cut short. */
  readonly truncated?: readonly string[];
}

/** "Could not look", which is never "nothing there". */
export class CouldNotLook extends Error {
  override readonly name = 'CouldNotLook';
  readonly hresult: string | undefined;

  constructor(message: string, hresult?: string) {
    super(message);
    this.hresult = hresult;
  }
}

/** Reads the parts of a section one by one, so that one that is refused costs one answer. */
export class Parts {
  readonly errors: Failure[] = [];

  /** What the part says; undefined when it could not be read, which is then in `errors`. */
  read<T>(section: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.errors.push(failureOf(section, error));
      return undefined;
    }
  }
}

/** The entry of a part in `errors`. @throws what is no `CouldNotLook`. */
export function failureOf(section: string, error: unknown): Failure {
  if (!(error instanceof CouldNotLook)) throw error;
  const { hresult, message } = error;
  return { section, ...(hresult !== undefined && { hresult }), message: message.slice(0, 200) };
}

/** @throws CouldNotLook when the command was not answered. */
export function answered(answer: Answer | NoAnswer | undefined): Answer {
  if (answer !== undefined && 'text' in answer) return answer;
  throw new CouldNotLook(answer?.why ?? 'not asked');
}

/** What a command that went well printed. `name` is the program. @throws CouldNotLook. */
export function printed(answer: Answer | NoAnswer | undefined, name: string): string {
  const { text, exitCode } = answered(answer);
  if (exitCode === 0) return text;
  throw new CouldNotLook(`${name} ended with ${exitCode}`, hresultOf(exitCode));
}

/** An exit code that is a Win32 error or an HRESULT, as evidence spells codes; 1 is a program's own word for "no". */
export function hresultOf(exitCode: number): string | undefined {
  const code = exitCode >>> 0;
  if (code <= 1) return undefined;
  const number = code <= 0xffff ? 0x80070000 + code : code;
  return `0x${number.toString(16).toUpperCase().padStart(8, '0')}`;
}

export function linesOf(text: string): readonly string[] {
  return text.split(/\r*\n/);
}

/** A list cut where its JSON would outgrow the room it has. */
export function cut<T>(items: readonly T[], room: number): { kept: readonly T[]; isCut: boolean } {
  let left = room;
  const over = items.findIndex((item) => (left -= JSON.stringify(item).length + 1) < 0);
  return over < 0 ? { kept: items, isCut: false } : { kept: items.slice(0, over), isCut: true };
}
