/** Hosts that the console wants asked again: a new run, as the one on the screen was made. */
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import type { RunInfo } from '../core/event.ts';
import type { HostId } from '../core/host.ts';
import { chooseAgain } from './only.ts';
import type { Presentation } from './run.ts';
import { scanCommand } from './scan.ts';
import { withKept, type ScanArguments } from './scan-options.ts';
import { findRun } from './stored-run.ts';

/** @throws PatchwhyError exit 2 where nothing says how the hosts were reached; exit 10 where their fleet is locked. */
export async function rescan(
  run: RunInfo,
  hosts: readonly HostId[],
  presentation: Presentation,
): Promise<ExitCode> {
  if (!presentation.remembers) {
    throw new PatchwhyError(
      'rescan.not-stored',
      'this run was not stored: nothing says how its hosts are reached',
      'patchwhy scan -i FILE -l HOST,HOST asks them again',
    );
  }
  const stored = await findRun(run.id);
  const argv = withKept(askedAs(presentation, run), stored.asked?.flags ?? {});
  return scanCommand(argv, chooseAgain(argv, stored, hosts));
}

/** A command line with nothing but what the user has chosen for the screen. */
function askedAs(
  { isAscii, hasColor, themeName, language, rules }: Presentation,
  { threshold }: RunInfo,
): ScanArguments {
  return {
    inventory: undefined,
    limit: undefined,
    only: undefined,
    from: undefined,
    evidence: undefined,
    rules: rules.files.length > 0 ? [...rules.files] : undefined,
    user: undefined,
    password: undefined,
    'trust-first-use': false,
    json: false,
    jsonl: false,
    method: undefined,
    forks: undefined,
    'site-forks': undefined,
    'jump-forks': undefined,
    'credential-forks': undefined,
    timeout: undefined,
    deadline: undefined,
    recur: String(threshold),
    'fail-on': undefined,
    store: true,
    input: true,
    plain: false,
    ascii: isAscii,
    color: hasColor,
    theme: themeName,
    lang: language,
    'audit-touch': false,
    verbose: 0,
    'log-file': undefined,
  };
}
