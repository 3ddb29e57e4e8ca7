/** The few words of our own that frame a cause's texts, in every language. */
import type { Language } from '../core/entry.ts';

export interface Labels {
  readonly next: string;
  readonly check: string;
  readonly fix: string;
  readonly verify: string;
  readonly risk: string;
  readonly restart: string;
  readonly sources: string;
  readonly note: string;
  readonly category: string;
  readonly runbook: string;
  readonly contents: string;
  readonly levels: Readonly<Record<string, string>>;
}

export const LABELS: Readonly<Record<Language, Labels>> = {
  en: {
    next: 'do next',
    check: 'check',
    fix: 'fix',
    verify: 'verify',
    risk: 'risk of the fix',
    restart: 'restart needed',
    sources: 'sources',
    note: 'note of the team',
    category: 'category',
    runbook: 'Runbook: why patches fail, and what to do',
    contents: 'Contents',
    levels: { low: 'low', medium: 'medium', high: 'high', yes: 'yes', no: 'no', maybe: 'maybe' },
  },
  it: {
    next: 'prossimo passo',
    check: 'controllo',
    fix: 'correzione',
    verify: 'verifica',
    risk: 'rischio della correzione',
    restart: 'riavvio necessario',
    sources: 'fonti',
    note: 'nota del team',
    category: 'categoria',
    runbook: 'Runbook: perché le patch non si installano e che cosa fare',
    contents: 'Indice',
    levels: { low: 'basso', medium: 'medio', high: 'alto', yes: 'sì', no: 'no', maybe: 'forse' },
  },
  ja: {
    next: '次の操作',
    check: '確認',
    fix: '対処',
    verify: '検証',
    risk: '対処のリスク',
    restart: '再起動の要否',
    sources: '出典',
    note: 'チームのメモ',
    category: 'カテゴリ',
    runbook: 'ランブック: 更新が失敗する原因と対処',
    contents: '目次',
    levels: { low: '低', medium: '中', high: '高', yes: '必要', no: '不要', maybe: '場合による' },
  },
};
