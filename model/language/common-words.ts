/**
 * Words that few texts of a language are without. Those that English has too ("die", "me", "son") are left out of the others' lists, and
 * those that several of the others share count for each of them.
 */
export const COMMON_WORDS: Readonly<Record<string, string>> = {
  en:
    "the and is you my to of it not with have was for this are please when what how i i'm it's don't can can't do does did be been " +
    'your on at from but or an if there that which who where why would could will has had get got we they them our no am any only ' +
    'after before about still want need help thanks hi hello as by its were than then so just now all one me',
  de:
    'ich und nicht ist das der mein meine meinem meinen meiner mit auf ein eine einen einem einer wie bitte habe hat haben für zu es ' +
    'den dem des sie wir ihr ihre ihren ihnen sich auch noch aber oder wenn dass kann können wird werden wurde bei nach von vom zum zur ' +
    'aus über ohne schon nur kein keine keinen wo wann warum mir mich uns hallo danke guten tag grüße sehr sind seit im am als immer ' +
    'nichts gibt geht muss möchte jetzt heute wieder diese dieser dieses beim da doch mal gern vielen dank liebes freundliche kommt steht',
  fr:
    'je le la les et est pas une des pour mais avec que bonjour ai du un au aux ce cette ces mon ma mes votre vos nous vous il elle ils ' +
    'sur dans qui où comment quand pourquoi être été suis avez avons peut puis faire fait merci cordialement plus très sans chez mois ' +
    "depuis encore aussi ou ne n'est c'est j'ai d'un d'une l'ai qu'il déjà quel quelle leur sont était après avant toujours rien bien ça " +
    'se par ont tout reçu',
  es:
    'el la los las que es mi mis una un unos por para con pero como está están hola tengo tiene y del al lo le les se su sus ha he hay ' +
    'muy más sin cuando dónde cómo qué por qué porque ya desde hasta este esta esto eso puedo puede quiero gracias saludos buenos días ' +
    'buenas tardes nada también donde mientras pedido ser son estoy soy nos ni si sí',
  it:
    'il che è mio mia una con ho gli della del sono buongiorno ma di un uno la le lo i e ed al alla dal dalla nel nella non mi ci si ' +
    'ha hanno come quando dove perché grazie saluti questo questa anche più ancora già senza posso può vorrei quale essere stato ciao',
  nl:
    'ik het een niet van mijn en dat voor maar wat heb met zijn hoe je de die dit deze er om te naar ook nog al als aan bij op uit over ' +
    'geen wel kan kunnen wordt worden werd heeft hebben had ben bent waar wanneer waarom mij jullie uw u hallo bedankt dank groet groeten ' +
    'dag alvast meer zonder sinds steeds moet wil graag nu weer alleen door dan zo hij ze',
  pt:
    'o que não é meu minha uma por para com mas os está olá tenho eu um e as da dos das na nos ao pelo pela você seu sua muito mais ' +
    'quando onde porque obrigado obrigada já sem foi ser são tem isso este esta também ainda bom dia posso pode quero ou',
};
