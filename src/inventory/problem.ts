/** What is wrong with a file that somebody wrote, where, and what to do about it: collected, so that one check shows them all. */
import { PatchwhyError } from '../core/error.ts';

/** Counted from 1, columns in UTF-16 units, as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  /** Stable, dotted: `inventory.unknown-key`. */
  readonly code: string;
  readonly place?: Place;
  /** One sentence; never a secret. */
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
}

/** Problems shown in one message; a broken file can have thousands. */
const MOST_SHOWN = 20;

export class Problems {
  readonly file: string;
  /** What kind of file it is: the first word of each code. */
  readonly #area: string;
  readonly #placeOf: (offset: number) => { readonly line: number; readonly col: number };
  readonly #found = new Map<string, Problem>();

  constructor(
    file: string,
    placeOf: (offset: number) => { readonly line: number; readonly col: number },
    area = 'inventory',
  ) {
    this.file = file;
    this.#area = area;
    this.#placeOf = placeOf;
  }

  place(offset: number): Place {
    const { line, col } = this.#placeOf(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** Notes a problem at an offset of the text, or at a place in another file. */
  add(code: string, at: number | Place, message: string, hint: string): undefined {
    const place = typeof at === 'number' ? this.place(at) : at;
    const problem = { code: `${this.#area}.${code}`, place, message, hint };
    // An aliased node is read once for each alias: its problems are still told once.
    this.#found.set(line(problem), problem);
  }

  get any(): boolean {
    return this.#found.size > 0;
  }

  /** In the order of the text; those of other files after them. */
  list(): readonly Problem[] {
    const rank = ({ place }: Problem): number => (place?.file === this.file ? 0 : 1);
    return [...this.#found.values()].toSorted(
      (a, b) =>
        rank(a) - rank(b) ||
        (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
        (a.place?.column ?? 0) - (b.place?.column ?? 0),
    );
  }
}

/** `fleet.yml:14:7: "credental" is not a key of a host`. */
export function line({ place, message }: Problem): string {
  return place === undefined ? message : `${place.file}:${place.line}:${place.column}: ${message}`;
}

/** The problems as the one error a command ends with. `check` is the command that shows them all. */
export function problemsError(
  problems: readonly [Problem, ...Problem[]],
  check: string,
): PatchwhyError {
  const [first, ...others] = problems;
  if (others.length === 0) return new PatchwhyError(first.code, line(first), first.hint);
  const shown = problems
    .slice(0, MOST_SHOWN)
    .map((problem) => `${line(problem)} (${problem.hint})`);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`and ${more} more`);
  return new PatchwhyError(
    first.code,
    shown.join('\n'),
    `correct these ${problems.length} places, then run: ${check}`,
  );
}
