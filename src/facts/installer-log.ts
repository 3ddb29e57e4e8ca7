/** The logs of vendor installers: the action that failed, and what they say they want. */
import { codeIn, linesOf, lineShape } from './log-lines.ts';
import type { Installations } from './open-failures.ts';
import { troubleSince } from './open-failures.ts';
import type { Reading } from './reading.ts';
import type { Fact } from './shape.ts';
import { unknown } from './shape.ts';
import { wantShape, wantsIn } from './wants.ts';

export const installerLogShape = {
  lines: [lineShape],
  wants: [wantShape],
  actionFailed: 'double',
} as const;

export function installerLogFact(
  reading: Reading,
  { open }: Installations,
): Fact<typeof installerLogShape> {
  const { logs } = reading.evidence;
  if (
    logs === undefined ||
    !open.known ||
    (logs.msi === undefined && logs.thirdParty === undefined)
  ) {
    return unknown(installerLogShape);
  }
  const since = troubleSince({ open });
  const lines = [...linesOf(logs, 'msi', since), ...linesOf(logs, 'thirdParty', since)].map(
    (line) => ({
      ...line,
      about: aboutInstaller(line.text),
    }),
  );
  const wants = lines.flatMap(({ text, from }) => wantsIn(text, from, reading.evidence));
  return {
    known: true,
    from: lines[0]?.from ?? '/logs',
    lines,
    wants,
    actionFailed: lines.filter(({ about }) => about === 'action').length,
  };
}

/** "Return value 3" ends the action that failed; verbose logs are written in the language of Windows. */
const ACTION_FAILED =
  /(?:Return value|Rückgabewert|Valore restituito|Valeur renvoyée|Valor devuelto|戻り値)[ :]*3\b|returned actual error code 1603/i;

function aboutInstaller(text: string): string {
  if (ACTION_FAILED.test(text)) return 'action';
  if (
    /SOURCEMGMT|Couldn'?t find local patch|source is (?:not available|absent|missing)|\b17(?:06|14)\b/i.test(
      text,
    )
  )
    return 'source';
  if (
    /in use|sharing violation|0x80070020|in uso|in Verwendung|wird verwendet|使用中|en cours d.utilisation|en uso/i.test(
      text,
    )
  )
    return 'inUse';
  return codeIn(text) === '' ? 'other' : 'code';
}
