import type { TeamId } from './teams.ts';

/** Hours of work in UTC; a shift of the weekend is Friday to Tuesday. */
export const SHIFTS = {
  early: { from: 6, to: 14, days: [1, 2, 3, 4, 5] },
  day: { from: 8, to: 16, days: [1, 2, 3, 4, 5] },
  late: { from: 12, to: 20, days: [1, 2, 3, 4, 5] },
  weekend: { from: 9, to: 17, days: [5, 6, 0, 1, 2] },
} as const;

export type ShiftId = keyof typeof SHIFTS;

export interface Agent {
  readonly id: string;
  readonly name: string;
  /** Teams whose tickets the agent can do, the own one first. */
  readonly skills: readonly TeamId[];
  readonly languages: readonly ('en' | 'de' | 'fr' | 'es' | 'nl')[];
  readonly shift: ShiftId;
}

export const AGENTS: readonly Agent[] = [
  { id: 'josie.marchant', name: 'Josie Marchant', skills: ['care', 'workshop'], languages: ['en'], shift: 'early' },
  { id: 'dana.whitlock', name: 'Dana Whitlock', skills: ['shipping'], languages: ['en'], shift: 'early' },
  { id: 'tomasz.bielak', name: 'Tomasz Bielak', skills: ['shipping'], languages: ['en'], shift: 'day' },
  { id: 'aoife.brannigan', name: 'Aoife Brannigan', skills: ['shipping'], languages: ['en'], shift: 'day' },
  { id: 'marcus.oyelowo', name: 'Marcus Oyelowo', skills: ['shipping'], languages: ['en'], shift: 'late' },
  { id: 'helga.steinbach', name: 'Helga Steinbach', skills: ['shipping'], languages: ['en', 'de'], shift: 'day' },
  { id: 'nils.aaberg', name: 'Nils Aaberg', skills: ['shipping'], languages: ['en'], shift: 'weekend' },
  { id: 'priti.chandra', name: 'Priti Chandra', skills: ['returns'], languages: ['en'], shift: 'early' },
  { id: 'owen.pryce', name: 'Owen Pryce', skills: ['returns'], languages: ['en'], shift: 'day' },
  { id: 'camille.perrot', name: 'Camille Perrot', skills: ['returns'], languages: ['en', 'fr'], shift: 'late' },
  { id: 'sean.dunleavy', name: 'Sean Dunleavy', skills: ['returns'], languages: ['en'], shift: 'weekend' },
  { id: 'ingrid.vollmer', name: 'Ingrid Vollmer', skills: ['billing'], languages: ['en', 'de'], shift: 'early' },
  { id: 'babajide.coker', name: 'Babajide Coker', skills: ['billing'], languages: ['en'], shift: 'day' },
  { id: 'rosalyn.tuck', name: 'Rosalyn Tuck', skills: ['billing'], languages: ['en'], shift: 'day' },
  { id: 'hugh.merriman', name: 'Hugh Merriman', skills: ['billing'], languages: ['en'], shift: 'late' },
  { id: 'lucia.ferrandiz', name: 'Lucía Ferrándiz', skills: ['billing'], languages: ['en', 'es'], shift: 'weekend' },
  { id: 'anneke.visser', name: 'Anneke Visser', skills: ['accounts'], languages: ['en', 'nl'], shift: 'early' },
  { id: 'gareth.pell', name: 'Gareth Pell', skills: ['accounts'], languages: ['en'], shift: 'day' },
  { id: 'shira.mandel', name: 'Shira Mandel', skills: ['accounts'], languages: ['en'], shift: 'late' },
  { id: 'joel.anstey', name: 'Joel Anstey', skills: ['accounts'], languages: ['en'], shift: 'weekend' },
  { id: 'bert.hollis', name: 'Bert Hollis', skills: ['workshop'], languages: ['en'], shift: 'early' },
  { id: 'wanda.kosik', name: 'Wanda Kosik', skills: ['workshop'], languages: ['en'], shift: 'day' },
  { id: 'ferdi.aslan', name: 'Ferdi Aslan', skills: ['workshop'], languages: ['en', 'de'], shift: 'day' },
  { id: 'morag.leckie', name: 'Morag Leckie', skills: ['workshop'], languages: ['en'], shift: 'late' },
  { id: 'colm.tierney', name: 'Colm Tierney', skills: ['workshop', 'warranty'], languages: ['en'], shift: 'weekend' },
  { id: 'yusuf.demir', name: 'Yusuf Demir', skills: ['e-bikes'], languages: ['en'], shift: 'early' },
  { id: 'katja.lindner', name: 'Katja Lindner', skills: ['e-bikes'], languages: ['en', 'de'], shift: 'day' },
  { id: 'dev.sandhu', name: 'Dev Sandhu', skills: ['e-bikes'], languages: ['en'], shift: 'late' },
  { id: 'pia.halvorsen', name: 'Pia Halvorsen', skills: ['e-bikes'], languages: ['en'], shift: 'weekend' },
  { id: 'lorna.peake', name: 'Lorna Peake', skills: ['care'], languages: ['en'], shift: 'day' },
  { id: 'emile.garrec', name: 'Émile Garrec', skills: ['care'], languages: ['en', 'fr'], shift: 'late' },
  { id: 'tilly.amberson', name: 'Tilly Amberson', skills: ['care'], languages: ['en'], shift: 'weekend' },
  { id: 'rufus.okonedo', name: 'Rufus Okonedo', skills: ['advice'], languages: ['en'], shift: 'early' },
  { id: 'sanne.de.wit', name: 'Sanne de Wit', skills: ['advice'], languages: ['en', 'nl'], shift: 'day' },
  { id: 'bridie.callow', name: 'Bridie Callow', skills: ['advice'], languages: ['en'], shift: 'late' },
  { id: 'max.ottway', name: 'Max Ottway', skills: ['advice'], languages: ['en'], shift: 'weekend' },
  { id: 'agnes.rudd', name: 'Agnes Rudd', skills: ['warranty'], languages: ['en'], shift: 'day' },
  { id: 'leon.faucher', name: 'Leon Faucher', skills: ['warranty', 'returns'], languages: ['en', 'fr'], shift: 'late' },
  { id: 'nadia.brooke', name: 'Nadia Brooke', skills: ['business'], languages: ['en'], shift: 'day' },
  { id: 'piers.holloway', name: 'Piers Holloway', skills: ['business', 'front-desk'], languages: ['en'], shift: 'early' },
  { id: 'greta.munn', name: 'Greta Munn', skills: ['front-desk'], languages: ['en'], shift: 'day' },
  { id: 'idris.vaughan', name: 'Idris Vaughan', skills: ['front-desk'], languages: ['en'], shift: 'late' },
];
