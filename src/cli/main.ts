/** The command line: the only place where parts are wired together. Every command's code is loaded when it is used. */
import yargs from 'yargs';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { printableLines } from '../core/printable.ts';
import { masked } from '../core/secret.ts';
import { catchCrashes, reportCrash } from './crash.ts';
import { watchOutput, writeAll } from './output-stream.ts';
import { VERSION } from './version.ts';
import { askHostsCommands } from './commands/ask-hosts.ts';
import type { Ends } from './commands/ends.ts';
import { keepHistoryCommands } from './commands/keep-history.ts';
import { readRunsCommands } from './commands/read-runs.ts';
import { setUpCommands } from './commands/set-up.ts';
import { keepOldSpaceTight } from './tight-heap.ts';

/** Runs one command line and ends the process with its exit code, once everything is written. */
export async function main(words: readonly string[]): Promise<void> {
  keepOldSpaceTight();
  catchCrashes();
  watchOutput(process.stderr, () => undefined);
  const { stdout } = process;
  const fate = watchOutput(stdout, () => undefined);
  const code = await run(words);
  await Promise.all([writeAll(stdout, ''), writeAll(process.stderr, '')]);
  if (fate.lost !== undefined) {
    await writeAll(process.stderr, `patchwhy: the output could not be written (${fate.lost})\n`);
    process.exit(1);
  }
  process.exit(code);
}

async function run(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const ends: Ends = (command) => async (argv) => {
    code = await command(argv);
  };
  const asking = readRunsCommands(askHostsCommands(yargs(), ends), ends);
  const parser = setUpCommands(keepHistoryCommands(asking, ends), ends)
    .scriptName('patchwhy')
    .usage(
      '$0: why did the patches fail, and which one thing, fixed once, brings the most hosts back?',
    )
    .example('$0 demo', 'a fleet of 120 hosts, no Windows needed')
    .example('$0 scan -i fleet.yaml', 'ask all hosts of an inventory, live')
    .example('$0 scan -i fleet.yaml --json | jq .causes', 'the same for a script')
    .example('$0 explain ws-0142', 'the last verdict on a host, with its proof')
    .example('$0 explain 0x80070643', 'what a code means')
    .demandCommand(
      1,
      'say what to do: scan, resume, tui, demo, explain, list, diff, history, change, rediagnose, export, import, prune, report, runbook, rules, doctor, auth, collector, evidence, inventory check or version',
    )
    .strict()
    .recommendCommands()
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .version(`patchwhy ${VERSION}`)
    .check(refuseRepeated)
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns || 80))
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      // Its own errors of use come either way.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new PatchwhyError(
        'use',
        message || (error?.message ?? ''),
        'patchwhy --help shows the commands, --help behind a command its options',
      );
    });
  try {
    await parser.parseAsync(words.map(stdinWord));
    return code;
  } catch (error) {
    const verbose = words.some((word) => /^-v+$|^--verbose$/.test(word));
    return report(error, verbose);
  }
}

/** A flag given twice would keep only one of its values, and nobody would know which. */
function refuseRepeated(argv: Record<string, unknown>): true {
  const lists = new Set([
    '_',
    'hosts',
    'evidence',
    'name',
    'names',
    'paths',
    'rules',
    'against',
    'files',
  ]);
  const repeated = Object.keys(argv).find((key) => Array.isArray(argv[key]) && !lists.has(key));
  if (repeated === undefined) return true;
  const flag = repeated.length === 1 ? `-${repeated}` : `--${repeated}`;
  throw new PatchwhyError('use', `${flag} is given more than once`, 'give it once');
}

/** yargs drops a lone dash among hosts; `@-` means the same: names on stdin. */
function stdinWord(word: string, at: number, words: readonly string[]): string {
  return word === '-' && words[at - 1]?.startsWith('-') !== true ? '@-' : word;
}

/** One line that names what went wrong, one that says what to do. */
async function report(error: unknown, verbose: boolean): Promise<ExitCode> {
  if (error instanceof PatchwhyError) {
    const cause = verbose && error.cause instanceof Error ? `\n  ${error.cause.message}` : '';
    const text = `patchwhy: ${error.message}\n  ${error.hint}${cause}\n`;
    await writeAll(process.stderr, printableLines(masked(text)));
    return error.exitCode;
  }
  return reportCrash(error, verbose);
}
