import type { ExitCode } from '../../core/error.ts';

/** Makes a command's exit code the program's. */
export type Ends = <A>(command: (argv: A) => Promise<ExitCode>) => (argv: A) => Promise<void>;
