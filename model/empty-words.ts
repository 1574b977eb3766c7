import { COMMON_WORDS } from './language/common-words.ts';

const ENGLISH =
  'about after again all already also always am an and another any anyone anything are as ask asked at be because been before being below but by ' +
  "can can't cannot could couldn't day days dear did didn't do does doesn't doing don't done else even every fine for from get getting give given go " +
  "going good got had has have haven't having he hello help her here hers hi him his how however i'd i'll i'm i've if in into is isn't it it's its just " +
  'know last let like look made make many may me might mine more most much must my need never new no nobody not nothing now of off ok on once one only or ' +
  'other our out over own perhaps please put re really regards said same say says see seems she should since so some someone something still such sure ' +
  "take tell than thank thanks that that's the their them then there there's these they thing things think this those through time to today tomorrow " +
  "too two under until up us use used using very want wanted was wasn't way we we've week weeks well went were what what's when where whether which " +
  "while who why will with without won't work would yesterday yet you you've your yours";
const GERMAN =
  'aber als am an auch auf aus bei bin bis bitte da das dass dem den der des die doch ein eine einem einen einer er es für habe haben hallo hat ich ihr ' +
  'ihre im in ist ja kann kein keine man mein meine meinem meinen meiner mich mir mit nach nicht noch nun nur oder schon sehr sie sind so und uns ' +
  'unter vom von vor war warum was wann wenn wer werden wie wir wird wo wurde zu zum zur';
const FRENCH =
  'ai au aux avec bonjour ce cela ces cette dans de des du elle en est et il je la le les leur ma mais me merci mes mon ne nous on ou où par pas pour ' +
  "c'est j'ai n'ai n'est plus qu'il que qui sa se ses si son sont sur une un vos votre vous";

/** By which other languages than English are told; "tag" is a day in German, and a thing in English. */
const TELLING = Object.entries(COMMON_WORDS).flatMap(([language, words]) =>
  language === 'en' ? [] : words.split(' ').filter((word) => word !== 'tag'),
);

/** Words that name nothing on their own: a phrase neither begins nor ends with one. */
export const EMPTY_WORDS: ReadonlySet<string> = new Set([...`${ENGLISH} ${GERMAN} ${FRENCH}`.split(' '), ...TELLING]);

/** Empty words that a phrase may begin with, since they turn what follows: "not received". */
export const NEGATIONS: ReadonlySet<string> = new Set(
  "not no never without can't cannot couldn't didn't doesn't don't hasn't haven't isn't wasn't won't nicht kein keine ne pas sans".split(
    ' ',
  ),
);

/** Empty words that a phrase may end with, since they are part of the verb before them: "top up". */
export const PARTICLES: ReadonlySet<string> = new Set(['up', 'off', 'out']);
