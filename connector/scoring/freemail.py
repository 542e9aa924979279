"""Domains of mailboxes that anyone can open, so that an address there says nothing of a company. Data only."""

from __future__ import annotations

FREEMAIL_DOMAINS = frozenset(
    """
    126.com 139.com 163.com 189.cn 21cn.com aim.com alice.it aliyun.com aol.com arcor.de att.net bbox.fr bell.net
    bellsouth.net bigpond.com blueyonder.co.uk bluewin.ch bol.com.br bredband.net btinternet.com btopenworld.com
    caramail.com centrum.cz charter.net comcast.net cox.net daum.net duck.com earthlink.net email.com email.cz
    email.de euskalnet.net eircom.net fastmail.com fastmail.fm free.fr freemail.hu freenet.de frontier.com gawab.com
    gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net googlemail.com hanmail.net hey.com home.nl hotmail.be
    hotmail.ca hotmail.ch hotmail.co.uk hotmail.com hotmail.com.br hotmail.de hotmail.dk hotmail.es hotmail.fr
    hotmail.it hotmail.nl hotmail.no hotmail.se hushmail.com icloud.com ig.com.br inbox.com inbox.lv interia.pl
    jubii.dk juno.com kpnmail.nl laposte.net libero.it live.be live.ca live.cn live.co.uk live.com live.com.mx
    live.de live.dk live.fr live.it live.nl live.no live.se lycos.com mac.com mail.com mail.ru mailbox.org me.com
    msn.com nate.com naver.com neuf.fr ntlworld.com numericable.fr o2.pl onet.pl online.de online.no op.pl
    optusnet.com.au orange.es orange.fr outlook.at outlook.com outlook.de outlook.dk outlook.es outlook.fr outlook.it
    planet.nl pm.me poczta.onet.pl post.cz posteo.de proton.me protonmail.ch protonmail.com qq.com rambler.ru
    rediffmail.com rocketmail.com rogers.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com skynet.be
    sky.com sohu.com sympatico.ca t-online.de talktalk.net tele2.se telenet.be telia.com telus.net terra.com.br
    terra.es tin.it tiscali.co.uk tiscali.it tlen.pl tuta.com tutanota.com tutanota.de ukr.net uol.com.br verizon.net
    virgilio.it virginmedia.com voila.fr wanadoo.es wanadoo.fr web.de wp.pl xs4all.nl xtra.co.nz yahoo.ca yahoo.co.in
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.de yahoo.dk yahoo.es yahoo.fr
    yahoo.ie yahoo.it yahoo.nl yahoo.no yahoo.se yandex.com yandex.ru yeah.net ymail.com ziggo.nl zoho.com zonnet.nl
    """.split()
)
