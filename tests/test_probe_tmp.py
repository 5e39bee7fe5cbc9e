from records.database import Database
def test_x(database, snapshot):
    snapshot("a\nb")
def test_y(postgresql_url):
    Database(postgresql_url).close()
