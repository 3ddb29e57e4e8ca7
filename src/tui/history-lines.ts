/** What the stored document tells of updates on a host: attempts, newest first, then what is installed. */
import type { Collected } from '../core/evidence.ts';
import { column } from '../core/width.ts';
import { type Line, type Piece } from './line.ts';
import { heading } from './paragraph.ts';
import type { Theme } from './theme.ts';

export function historyLines(text: string, _width: number, theme: Theme): Line[] {
  const { words } = theme;
  const document = parsed(text);
  const attempts = document.windowsUpdate?.history ?? [];
  const hotfixes = document.hotfixes ?? [];
  if (attempts.length + hotfixes.length === 0) return [[`  ${words.noHistory}`]];
  const newest = (a = '', b = ''): number => (a < b ? 1 : Number(a > b) * -1);
  return [
    heading(words.attemptsHeading),
    ...attempts
      .toSorted((a, b) => newest(a.time, b.time))
      .map(({ time, operation, result, hresult, title }): Line => {
        const isBad = result === 'failed' || result === 'aborted';
        const outcome = `${words.operations[operation ?? 'install']} ${words.results[result ?? 'inProgress']}`;
        const code = isBad ? (hresult ?? '') : '';
        return [
          ['quiet', `     ${time?.slice(0, 16).replace('T', ' ') ?? ' '.repeat(16)}  `],
          token(isBad, column(theme.clean(outcome), 21)),
          ` ${column(theme.clean(code), 11)}`,
          theme.clean(title ?? ''),
        ];
      }),
    [],
    heading(words.installedHeading),
    ...hotfixes
      .toSorted((a, b) => newest(a.installedOn ?? '', b.installedOn ?? ''))
      .map(({ kb, installedOn }): Line => [
        ['quiet', `     ${theme.clean((installedOn ?? '').padEnd(16))}  `],
        theme.clean(kb),
      ]),
  ];
}

const token = (isBad: boolean, text: string): Piece => (isBad ? ['bad', text] : text);

/** A document that is cut or broken, or another's, tells nothing; the raw one shows why. */
function parsed(text: string): Pick<Collected, 'windowsUpdate' | 'hotfixes'> {
  try {
    const { schema, ...document } = JSON.parse(text) as Partial<Collected>;
    return schema === 'evidence/1' ? document : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
