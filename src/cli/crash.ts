/** A fault of this program: one line for the user, the whole stack in a file only they can read. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitCode } from '../core/error.ts';
import { printableLines } from '../core/printable.ts';
import { masked } from '../core/secret.ts';
import { makePrivateFolder, PRIVATE_FILE, stateFolder } from '../store/state-folder.ts';
import { writeAll } from './output-stream.ts';
import { VERSION } from './version.ts';

let giveTerminalBack: () => Promise<void> = () => Promise.resolve();

/** What a crash must do before it says anything: a live screen gives the terminal back. */
export function beforeCrash(restore: () => Promise<void>): void {
  giveTerminalBack = restore;
}

/** A fault that nobody caught: the terminal first, then one line. What had come in is on disk already. */
export function catchCrashes(): void {
  let isTold = false;
  const crash = (error: unknown): void => {
    // Without a listener Node would print the second fault by itself, raw, and end before the first is told.
    if (isTold) return;
    isTold = true;
    void giveTerminalBack()
      .then(() => reportCrash(error, false))
      .then((code) => process.exit(code));
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

export async function reportCrash(error: unknown, verbose: boolean): Promise<ExitCode> {
  const text = error instanceof Error ? error.message : String(error);
  const message = masked(text);
  const stack = masked(error instanceof Error ? (error.stack ?? text) : text);
  const file = await writeCrashFile(stack);
  const where = file === undefined ? '' : `; details in ${file}`;
  await writeAll(
    process.stderr,
    printableLines(
      `patchwhy: internal error: ${message}${where}\n  what had come in is stored; please report it\n`,
    ),
  );
  if (verbose) await writeAll(process.stderr, printableLines(`${stack}\n`));
  return 1;
}

async function writeCrashFile(stack: string): Promise<string | undefined> {
  const folder = stateFolder(process.env);
  const file = join(folder, `crash-${new Date().toISOString().replaceAll(':', '-')}.txt`);
  try {
    await makePrivateFolder(folder);
    await writeFile(file, `patchwhy ${VERSION}, Node ${process.version}\n${stack}\n`, {
      mode: PRIVATE_FILE,
    });
    return file;
  } catch {
    return undefined; // nowhere to write: the line on stderr is all there is
  }
}
