/** The words that only the report of failures has. */
import type { Language } from '../core/entry.ts';

export interface FailureWords {
  readonly title: string;
  /** title, hosts */
  readonly chapter: string;
  readonly fix: string;
  readonly verify: string;
  readonly host: string;
  readonly tries: string;
  readonly also: string;
  readonly why: string;
  readonly unseen: string;
  readonly notTold: string;
}

export const FAILURE_WORDS: Readonly<Record<Language, FailureWords>> = {
  en: {
    title: 'Why patches fail: failures by cause',
    chapter: '{0} (hosts: {1})',
    fix: 'What mends it: {0}',
    verify: 'How to see that it is mended: {0}',
    host: 'host',
    tries: 'tries',
    also: 'also in its way',
    why: 'why not',
    unseen: 'Hosts of which nothing is known',
    notTold: 'not told',
  },
  it: {
    title: 'Perché le patch falliscono: errori per causa',
    chapter: '{0} (host: {1})',
    fix: 'Che cosa lo corregge: {0}',
    verify: 'Come verificare che sia risolto: {0}',
    host: 'host',
    tries: 'tentativi',
    also: 'altri ostacoli',
    why: 'perché no',
    unseen: 'Host di cui non si sa nulla',
    notTold: 'non indicato',
  },
  ja: {
    title: 'パッチが失敗する理由: 原因別の失敗',
    chapter: '{0} ({1} 台)',
    fix: '修正方法: {0}',
    verify: '修正の確認方法: {0}',
    host: 'ホスト',
    tries: '試行回数',
    also: 'その他の妨げ',
    why: '理由',
    unseen: '状態が不明なホスト',
    notTold: '記録なし',
  },
};
