/** Trouble that ends a command: what, where, and what to do next. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 124 | 129 | 130 | 143;

export class PatchwhyError extends Error {
  override readonly name = 'PatchwhyError';
  /** Stable, dotted: `inventory.unknown-key`. */
  readonly code: string;
  /** What to do next, one sentence. */
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    message: string,
    hint: string,
    options?: ErrorOptions & { readonly exitCode?: ExitCode },
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.exitCode = options?.exitCode ?? 2;
  }
}

/** For the end of a switch over a union: a new member fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}

/** The errno name or Node code of an error (`ENOENT`, `ERR_...`), where it has one. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
