// Words of the page in the languages of the phones: roles, languages, and the few words a phone itself shows.

const RIGHT_TO_LEFT = new Set(["ar", "fa", "ckb", "ps", "ur", "he"]);

export const LANGUAGES = {
  en: "English", de: "Deutsch", uk: "Українська", ru: "Русский", pl: "Polski", ar: "العربية", fa: "فارسی",
  tr: "Türkçe", fr: "Français", ro: "Română", sq: "Shqip", ku: "Kurdî", ckb: "کوردی", ps: "پښتو",
  ti: "ትግርኛ", so: "Soomaali",
};

const ROLES = {
  newcomer: { en: "Newcomer", de: "Neu angekommen", uk: "Нещодавно в місті", ar: "حديث الوصول", ru: "Недавно в городе" },
  volunteer: { en: "Volunteer", de: "Ehrenamt", uk: "Волонтерство", ar: "التطوّع", ru: "Волонтёрство" },
  coordinator: { en: "Coordinator", de: "Koordination", uk: "Координація", ar: "التنسيق", ru: "Координация" },
  admin: { en: "Administrator", de: "Verwaltung", uk: "Адміністрування", ar: "الإدارة", ru: "Администрирование" },
  stranger: { en: "New person", de: "Neu hier", uk: "Уперше тут", ar: "لأول مرة هنا", ru: "Впервые здесь" },
};

const WORDS = {
  en: { message: "Message", send: "Send", start: "Start", menu: "Menu", edited: "edited", ok: "OK", bot: "bot" },
  de: { message: "Nachricht", send: "Senden", start: "Starten", menu: "Menü", edited: "bearbeitet", ok: "OK", bot: "Bot" },
  uk: { message: "Повідомлення", send: "Надіслати", start: "Почати", menu: "Меню", edited: "змінено", ok: "Гаразд", bot: "бот" },
  ru: { message: "Сообщение", send: "Отправить", start: "Начать", menu: "Меню", edited: "изменено", ok: "Хорошо", bot: "бот" },
  pl: { message: "Wiadomość", send: "Wyślij", start: "Rozpocznij", menu: "Menu", edited: "edytowano", ok: "OK", bot: "bot" },
  ar: { message: "رسالة", send: "إرسال", start: "ابدأ", menu: "القائمة", edited: "معدّلة", ok: "حسنًا", bot: "بوت" },
  fa: { message: "پیام", send: "ارسال", start: "شروع", menu: "منو", edited: "ویرایش‌شده", ok: "باشه", bot: "ربات" },
  tr: { message: "Mesaj", send: "Gönder", start: "Başlat", menu: "Menü", edited: "düzenlendi", ok: "Tamam", bot: "bot" },
  fr: { message: "Message", send: "Envoyer", start: "Démarrer", menu: "Menu", edited: "modifié", ok: "OK", bot: "bot" },
  ro: { message: "Mesaj", send: "Trimite", start: "Începe", menu: "Meniu", edited: "editat", ok: "OK", bot: "bot" },
  sq: { message: "Mesazh", send: "Dërgo", start: "Nis", menu: "Menyja", edited: "ndryshuar", ok: "OK", bot: "bot" },
};

export const direction = (language) => (RIGHT_TO_LEFT.has(language.split("-")[0]) ? "rtl" : "ltr");
export const words = (language) => WORDS[language.split("-")[0]] || WORDS.en;

export function roleLabels(role, language) {
  const labels = ROLES[role] || ROLES.stranger;
  const own = labels[language.split("-")[0]];
  return { english: labels.en, own: own && own !== labels.en ? own : "" };
}
