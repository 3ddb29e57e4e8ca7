/** The words of tables over many runs, in every language. Ids of columns stay as they are in JSON. */
import type { Language } from '../core/entry.ts';
import type { BeforeAfter } from '../history/before-after.ts';
import type { GroupSuccess } from '../history/success.ts';
import type { Trend } from '../history/trend.ts';

export type OverTimeColumn =
  | 'cycle'
  | 'from'
  | 'patches'
  | 'outOfBand'
  | 'concerned'
  | 'patched'
  | 'heldBack'
  | 'open'
  | 'kb'
  | 'family'
  | 'severity'
  | 'title'
  | 'host'
  | 'site'
  | 'status'
  | 'cause'
  | 'lacks'
  | 'group'
  | 'tried'
  | 'succeeded'
  | 'share'
  | 'low'
  | 'high'
  | 'standing'
  | 'times'
  | 'looks'
  | 'returns'
  | 'first'
  | 'last'
  | 'there'
  | 'id'
  | 'at'
  | 'hosts'
  | 'text';

export interface OverTimeWords {
  readonly columns: Readonly<Record<OverTimeColumn, string>>;
  readonly daysTo: string;
  readonly notReached: string;
  readonly stillOpen: string;
  readonly listsNone: string;
  readonly trend: (cycles: number, withinDays: number) => string;
  readonly trends: Readonly<Record<Trend, string>>;
  readonly standings: Readonly<Record<GroupSuccess['standing'], string>>;
  readonly verdicts: Readonly<Record<BeforeAfter['verdict'], string>>;
  readonly before: string;
  readonly after: string;
  readonly touched: string;
  readonly others: string;
  readonly entangled: string;
  readonly yes: string;
}

export const OVER_TIME_WORDS: Readonly<Record<Language, OverTimeWords>> = {
  en: {
    columns: {
      cycle: 'cycle',
      from: 'from',
      patches: 'patches',
      outOfBand: 'out of band',
      concerned: 'hosts',
      patched: 'patched',
      heldBack: 'held back',
      open: '',
      kb: 'KB',
      family: 'kind',
      severity: 'severity',
      title: 'title',
      host: 'host',
      site: 'site',
      status: 'status',
      cause: 'cause',
      lacks: 'lacks',
      group: 'group',
      tried: 'hosts tried',
      succeeded: 'succeeded',
      share: 'share',
      low: 'at least',
      high: 'at most',
      standing: 'against the others',
      times: 'times',
      looks: 'of looks',
      returns: 'came back',
      first: 'first',
      last: 'last',
      there: 'there now',
      id: 'id',
      at: 'at (UTC)',
      hosts: 'hosts',
      text: 'what was changed',
    },
    daysTo: 'days to',
    notReached: 'not reached',
    stillOpen: 'goes on',
    listsNone: 'lists nothing of that month',
    trend: (cycles, days) =>
      `days from month to month (${cycles} ended, each by its first ${days} days)`,
    trends: {
      rising: 'rising',
      falling: 'falling',
      steady: 'no trend',
      'too-few': 'too few months to tell',
    },
    standings: {
      worse: 'worse',
      better: 'better',
      'as-others': 'as the others',
      'too-few': 'too few to tell',
    },
    verdicts: {
      better: 'better, and not by chance',
      worse: 'worse, and not by chance',
      'no-difference': 'no difference that chance does not explain',
      'as-others': 'moved, but the other hosts did so too',
      'too-few': 'too few hosts changed to tell',
    },
    before: 'with a cause before',
    after: 'after',
    touched: 'hosts touched',
    others: 'other hosts',
    entangled: 'effects cannot be told apart from',
    yes: 'yes',
  },
  it: {
    columns: {
      cycle: 'ciclo',
      from: 'dal',
      patches: 'patch',
      outOfBand: 'fuori programma',
      concerned: 'host',
      patched: 'aggiornati',
      heldBack: 'in ritardo',
      open: '',
      kb: 'KB',
      family: 'tipo',
      severity: 'gravità',
      title: 'titolo',
      host: 'host',
      site: 'sede',
      status: 'stato',
      cause: 'causa',
      lacks: 'manca',
      group: 'gruppo',
      tried: 'host tentati',
      succeeded: 'riusciti',
      share: 'quota',
      low: 'almeno',
      high: 'al massimo',
      standing: 'rispetto agli altri',
      times: 'volte',
      looks: 'su controlli',
      returns: 'ricadute',
      first: 'prima',
      last: 'ultima',
      there: 'presente ora',
      id: 'id',
      at: 'data (UTC)',
      hosts: 'host',
      text: 'che cosa è cambiato',
    },
    daysTo: 'giorni al',
    notReached: 'non raggiunto',
    stillOpen: 'in corso',
    listsNone: 'non elenca nulla di quel mese',
    trend: (cycles, days) =>
      `giorni di mese in mese (${cycles} conclusi, ognuno nei primi ${days} giorni)`,
    trends: {
      rising: 'in aumento',
      falling: 'in calo',
      steady: 'nessuna tendenza',
      'too-few': 'troppo pochi mesi per dirlo',
    },
    standings: {
      worse: 'peggio',
      better: 'meglio',
      'as-others': 'come gli altri',
      'too-few': 'troppo pochi per dirlo',
    },
    verdicts: {
      better: 'meglio, e non per caso',
      worse: 'peggio, e non per caso',
      'no-difference': 'nessuna differenza che il caso non spieghi',
      'as-others': 'è cambiato, ma anche negli altri host',
      'too-few': 'troppo pochi host cambiati per dirlo',
    },
    before: 'con una causa prima',
    after: 'dopo',
    touched: 'host toccati',
    others: 'altri host',
    entangled: 'effetti non distinguibili da',
    yes: 'sì',
  },
  ja: {
    columns: {
      cycle: 'サイクル',
      from: '開始',
      patches: 'パッチ',
      outOfBand: '定例外',
      concerned: 'ホスト',
      patched: '適用済み',
      heldBack: '未達',
      open: '',
      kb: 'KB',
      family: '種類',
      severity: '重大度',
      title: 'タイトル',
      host: 'ホスト',
      site: '拠点',
      status: '状態',
      cause: '原因',
      lacks: '不足',
      group: 'グループ',
      tried: '試行ホスト',
      succeeded: '成功',
      share: '割合',
      low: '下限',
      high: '上限',
      standing: '他との比較',
      times: '回数',
      looks: '確認数',
      returns: '再発',
      first: '初回',
      last: '最終',
      there: '現在あり',
      id: 'ID',
      at: '日時 (UTC)',
      hosts: 'ホスト',
      text: '変更内容',
    },
    daysTo: '日数',
    notReached: '未到達',
    stillOpen: '進行中',
    listsNone: 'その月の更新が一覧にない',
    trend: (cycles, days) => `月ごとの日数 (終了 ${cycles}、各月の最初の ${days} 日)`,
    trends: {
      rising: '増加',
      falling: '減少',
      steady: '傾向なし',
      'too-few': '月数が少なく判断できない',
    },
    standings: {
      worse: '悪い',
      better: '良い',
      'as-others': '他と同じ',
      'too-few': '少なく判断できない',
    },
    verdicts: {
      better: '改善した (偶然ではない)',
      worse: '悪化した (偶然ではない)',
      'no-difference': '偶然で説明できる差しかない',
      'as-others': '変わったが、他のホストも同様',
      'too-few': '変わったホストが少なく判断できない',
    },
    before: '原因あり (前)',
    after: '後',
    touched: '変更対象のホスト',
    others: '他のホスト',
    entangled: '次の変更と効果を区別できない',
    yes: 'はい',
  },
};
