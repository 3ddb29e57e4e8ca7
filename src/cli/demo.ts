/** `patchwhy demo`: the embedded fleet through the same engine, at the pace of a living one. */
import type { Language } from '../core/entry.ts';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { hasColor, isAscii } from '../tui/manners.ts';
import type { ThemeName } from '../tui/theme-names.ts';
import { languageOf } from './language.ts';
import { loadRules } from './own-rules.ts';
import { canBeLive, runScan } from './run.ts';

export interface DemoArguments {
  readonly speed: number;
  /** A year of the fleet instead of a run. */
  readonly history: boolean;
  readonly json: boolean;
  readonly plain: boolean;
  readonly ascii: boolean;
  readonly color: boolean;
  readonly theme: ThemeName | undefined;
  readonly lang: Language | undefined;
  readonly rules: readonly string[] | undefined;
}

export async function demoCommand({
  speed,
  history,
  json,
  plain,
  ascii,
  color,
  theme,
  lang,
  rules: given,
}: DemoArguments): Promise<ExitCode> {
  if (history) return (await import('./demo-history.ts')).demoHistoryCommand(lang);
  if (!(speed > 0))
    throw new PatchwhyError('use', '--speed takes a number above 0', 'for example --speed 4');
  // Files that are wrong are told before there is a screen.
  const rules = loadRules(given);
  const isLive = !json && !plain && canBeLive(process.env);
  const code = await runScan(
    async (stop) => (await import('./demo-plan.ts')).demoPlan(speed, rules, stop),
    {
      format: isLive ? 'live' : json ? 'json' : 'table',
      title: ['demo fleet', ...(rules.tool.rules ?? []).map(({ name }) => name)].join(' with '),
      isDemo: true,
      isPlain: plain,
      rules,
      language: lang ?? languageOf(process.env),
      // A newcomer's first look is always the same.
      remembers: false,
      isAscii: ascii || isAscii(process.env),
      hasColor: color && hasColor(process.env),
      ...(theme && { themeName: theme }),
      verbose: 0,
      auditTouch: false,
      nextCommand:
        'patchwhy inventory check FILE, then patchwhy scan -i FILE; inventory.example.yaml shows the format',
    },
    [],
  );
  // Its hosts that cannot be reached are part of the story, not a failure of the demo.
  return code === 4 ? 0 : code;
}
