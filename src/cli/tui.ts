/** `patchwhy tui`: the console over a stored run. Its evidence is judged again, nobody is asked. */
import type { Language } from '../core/entry.ts';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { createJudge } from '../engine/judge.ts';
import { openStored } from '../sources/stored.ts';
import { hasColor, isAscii } from '../tui/manners.ts';
import type { ThemeName } from '../tui/theme-names.ts';
import { closing } from './conduct.ts';
import { NoticeBoard } from './notice-board.ts';
import { languageOf } from './language.ts';
import { loadRules, rulesDiffer } from './own-rules.ts';
import { canBeLive, runScan } from './run.ts';
import { findRun } from './stored-run.ts';

export interface TuiArguments {
  readonly run: string;
  readonly ascii: boolean;
  readonly color: boolean;
  readonly theme: ThemeName | undefined;
  readonly lang: Language | undefined;
  readonly rules: readonly string[] | undefined;
}

const FORKS = 16;

/** @throws PatchwhyError exit 2 where there is no terminal, or no such run. */
export async function tuiCommand({
  run: word,
  ascii,
  color,
  theme,
  lang,
  rules: given,
}: TuiArguments): Promise<ExitCode> {
  if (!canBeLive(process.env)) {
    throw new PatchwhyError(
      'tui.no-terminal',
      'the console needs a terminal at both ends',
      `in a pipe: patchwhy scan --evidence ${word}`,
    );
  }
  const { folder, run, asked } = await findRun(word);
  const rules = loadRules(given);
  const { hosts, source, notices: passedOver } = await openStored([folder]);
  const notices = new NoticeBoard();
  for (const text of passedOver) notices.add('warning', 'input', text);
  const differs = rulesDiffer(run.tool.rules, rules.tool.rules);
  if (differs !== undefined) notices.add('warning', 'rules', `the run was ${differs}`);
  const missing = (asked?.hosts.length ?? hosts.length) - hosts.length;
  if (missing > 0)
    notices.add(
      'warning',
      'resume',
      `${missing} hosts were not finished: patchwhy resume ${run.id}`,
    );
  await runScan(
    (stop) => ({
      run: {
        // With where its hosts came from: the command that asks some of them again names it.
        ...run,
        startedAt: new Date().toISOString(),
        tool: rules.tool,
      },
      hosts,
      source,
      judge: createJudge(rules.catalogue),
      forks: FORKS,
      stop,
      onTell: (tell) => notices.open(tell),
      now: () => new Date().toISOString(),
    }),
    {
      format: 'live',
      title: `run ${run.id}`,
      rules,
      language: lang ?? languageOf(process.env),
      remembers: true,
      isAscii: ascii || isAscii(process.env),
      hasColor: color && hasColor(process.env),
      ...(theme && { themeName: theme }),
      verbose: 0,
      auditTouch: false,
      nextCommand: 'patchwhy explain HOST',
    },
    [closing(notices)],
  );
  // Whatever is found in it, it was only looked at.
  return 0;
}
