/** Names of customers; given and family names are combined freely. Any likeness is chance. */
export const GIVEN_NAMES: readonly string[] = (
  'Emma Oliver Beth Callum Priya Tobias Harriet Douglas Ruth Kwame Isla Fergus Nadia Howard Moira Leroy Saskia Vikram Edith Malcolm ' +
  'Ceri Rory Wendy Quentin Abigail Ewan Monika Oscar Philippa Lionel Judit Graham Zuzanna Hugh Melis Bernard Gloria Matteo Imogen ' +
  'Conor Adaeze Nathan Yvonne Hector Ursula Trevor Greta Wilf Tess Ivo Bridget Chloe Desmond Elspeth Una Roger Lorna Ferdinand Olive ' +
  'Gerald Noel Alison Sunita Odile Kieran Carol Simon Nicole Gwen Per Ola Claudia Magnus Sheila Werner Joan Hal Patrick Hanna Finn ' +
  'Rosa Thomas Fiona Chidi Agnes Veronika Ian Amandine Sergej Bruno Penny Cyril Nora Isaac Edgar Mei Bill Rebecca Ali Dora Maud ' +
  'Christine Marcus Anja Philip Gus Martin Dominic Inês George Rosalind Annika Norman Glenn Beatriz Jonas Luc Petra Jamie Vera Winston'
).split(' ');

export const FAMILY_NAMES: readonly string[] = (
  'Lightfoot Penrose Corrigan Nwosu Raman Aldous Lowe Keir Abernathy Mensah Mackie Drummond Belkacem Lacey Kettle Whitby Proust Sethi ' +
  'Lomax Reid Arkwright Callan Marsh Tuck Sheldon Dahl Nye Fry Kis Potts Castle Kaya Osei Ricci Hale Collins Ferris Archer Lyle Keel ' +
  'Ince Lund Ashcombe Moran Marek Noonan Baird Achebe Rowan McVeigh Dell Moser Tranter Fothergill Baptiste Greer Dhar Carpentier ' +
  'Winstanley Tarrant Hagedorn Aune Fagbemi Rey Thorsen Wynn Lutz Halford Jennings Hobbs Brooks Timmins Eberle Vance Hall McAllister ' +
  'Roux Petrov Garrod Marlow Hatch Pine Thorne Tanaka Thackeray Stone Witt Jansen Ellery Abel Eile Pohl Harrow Volk Vale Pereira ' +
  'Attwater Keane Löfgren Pike Hartley Lago Frei Garnier Aumann Lindholm Abara Oyelaran Pilkington Sørensen Novak Zeller Castell'
).split(' ');

/** Reserved by RFC 2606: no mail to them reaches anybody. */
export const MAIL_DOMAINS = ['example.com', 'example.org', 'example.net'] as const;
