-- For miltertest: each file of `files` (names with blanks between) goes through
-- the milter at the socket `at`, as mail submitted on this host, into
-- NAME.signed with the DKIM-Signature fields that it adds, or those named `field`;
-- `from` is the sender of the envelope.
field = field or "DKIM-Signature"
from = from or "sender@example.com"

local function done(what, err)
	if err ~= nil then error(what .. ": " .. tostring(err)) end
end

local function read(name)
	local file = assert(io.open(name, "rb"))
	local text = file:read("a"):gsub("\r?\n", "\r\n")
	file:close()
	local ends = assert(text:find("\r\n\r\n", 1, true))
	return text:sub(1, ends + 1), text:sub(ends + 4), text
end

local function send(conn, head, body)
	done("connect", mt.conninfo(conn, "localhost", "127.0.0.1"))
	mt.macro(conn, SMFIC_MAIL, "i", "id")
	done("mail from", mt.mailfrom(conn, "<" .. from .. ">"))
	done("rcpt to", mt.rcptto(conn, "<sue@example.net>"))
	head = head:gsub("\r\n([ \t])", "\n%1")
	for name, value in head:gmatch("([^:\r]*): ?([^\r]*)\r\n") do
		done(name, mt.header(conn, name, value))
	end
	done("end of header", mt.eoh(conn))
	local reply = mt.getreply(conn)
	if reply == SMFIR_ACCEPT then return end
	if reply ~= SMFIR_CONTINUE then error("refused, " .. string.char(reply)) end
	-- a milter that reads no body has said so
	local sent, err = pcall(mt.bodystring, conn, body)
	if sent or not err:find("SMFIP_NOBODY", 1, true) then done("body", err) end
	done("end", mt.eom(conn))
end

local function added(conn)
	local fields, n = "", 0
	while true do
		local value = mt.getheader(conn, field, n)
		if value == nil then return fields end
		value = value:gsub("\r?\n", "\r\n")
		fields = fields .. field .. ":" .. value .. "\r\n"
		n = n + 1
	end
end

for name in files:gmatch("%S+") do
	local conn = mt.connect(at, 200, 0.05)
	if conn == nil then error("nobody at " .. at) end
	local head, body, text = read(name)
	send(conn, head, body)
	local out = assert(io.open(name .. ".signed", "wb"))
	out:write(added(conn), text)
	out:close()
	mt.disconnect(conn)
end
